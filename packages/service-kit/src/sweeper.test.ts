import { expect, it } from 'vitest';
import { every } from './sweeper.ts';

/** Aborts at the look number `looks`. */
function scene(looks: number, look: (turn: number) => Promise<void>) {
  const ending = new AbortController();
  const logged: unknown[] = [];
  let turn = 0;
  const sweeping = every(
    1,
    ending.signal,
    { error: (fields: unknown) => void logged.push(fields) },
    async () => {
      turn += 1;
      if (turn === looks) ending.abort();
      await look(turn);
    },
  );
  return { sweeping, logged, turns: () => turn };
}

it('looks at once, again and again, until it is told to end', async () => {
  const { sweeping, logged, turns } = scene(3, async () => {});
  expect(turns()).toBe(1);
  await sweeping;
  expect(turns()).toBe(3);
  expect(logged).toEqual([]);
});

it('never looks twice at a time', async () => {
  let looking = 0;
  let most = 0;
  await scene(5, async () => {
    looking += 1;
    most = Math.max(most, looking);
    await new Promise(setImmediate);
    looking -= 1;
  }).sweeping;
  expect(most).toBe(1);
});

it('survives a look that fails, and logs why', async () => {
  const fault = new Error('no database');
  const { sweeping, logged, turns } = scene(3, async turn => {
    if (turn === 1) throw fault;
  });
  await sweeping;
  expect(turns()).toBe(3);
  expect(logged).toEqual([{ err: fault }]);
});

it('does not log the failure of a look that was told to end', async () => {
  const { sweeping, logged } = scene(1, async () => {
    throw new Error('aborted');
  });
  await sweeping;
  expect(logged).toEqual([]);
});

it('does not look when it is told to end before', async () => {
  let looked = false;
  await every(1, AbortSignal.abort(), { error: () => {} }, async () => {
    looked = true;
  });
  expect(looked).toBe(false);
});
