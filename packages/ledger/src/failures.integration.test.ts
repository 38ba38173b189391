import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetFailures, lotsToDispatch, lotsToGenerate, recordFailure, showLot } from './index.ts';
import { createTestLedger, furnish, type TestLedger } from './testing.ts';
import { dispatchedLot, orderedLot, sealedLot } from './testing-lots.ts';

let world: TestLedger;
let ops: string;
beforeAll(async () => {
  world = await createTestLedger();
  ops = await furnish(world.ledger);
});
afterAll(() => world.drop());

const generator = () => world.as('seedlot_generator');

function fail(lot: string): Promise<void> {
  return generator().commit('service:seed-generator', effect =>
    recordFailure(effect, 'generate', lot, 'a_code'),
  );
}

async function waits(lot: string): Promise<number> {
  const { rows } = await world.database.pool.query<{ seconds: number }>(
    `select extract(epoch from retry_at - failed_at)::float8 as seconds from failures where subject = $1`,
    [lot],
  );
  return rows[0]?.seconds ?? 0;
}

test('a step that failed is due again after 2, 4, 8 … seconds, 300 at most', async () => {
  const { lot } = await orderedLot(world, ops);
  expect(await lotsToGenerate(world.ledger)).toContain(lot);
  const seconds: number[] = [];
  for (let attempt = 1; attempt <= 20; attempt++) {
    await fail(lot);
    seconds.push(await waits(lot));
  }
  expect(seconds.slice(0, 9)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300]);
  expect(new Set(seconds.slice(8))).toEqual(new Set([300]));
  expect(await lotsToGenerate(world.ledger)).not.toContain(lot);
  expect((await showLot(world.ledger, lot)).failure).toMatchObject({
    step: 'generate',
    code: 'a_code',
    attempts: 20,
  });
});

test('its wait is over by the time of the database', async () => {
  const { lot } = await orderedLot(world, ops);
  await fail(lot);
  await world.database.pool.query('update failures set retry_at = now() where subject = $1', [lot]);
  expect(await lotsToGenerate(world.ledger)).toContain(lot);
});

test('a failure of one step holds up no other, and is forgotten alone', async () => {
  const { lot } = await sealedLot(world, ops);
  const record = (step: 'dispatch' | 'shred') =>
    world.ledger.commit(ops, effect => recordFailure(effect, step, lot, 'a_code'));
  await record('shred');
  expect(await lotsToDispatch(world.ledger)).toContain(lot);
  await record('dispatch');
  expect(await lotsToDispatch(world.ledger)).not.toContain(lot);
  await world.ledger.commit(ops, effect => forgetFailures(effect, 'dispatch', lot));
  expect(await lotsToDispatch(world.ledger)).toContain(lot);
});

test('a step that nobody waits for any more has not failed', async () => {
  const [sealed, dispatched] = [await sealedLot(world, ops), await dispatchedLot(world, ops)];
  await fail(sealed.lot);
  for (const step of ['generate', 'dispatch', 'shred'] as const) {
    await world.ledger.commit(ops, effect => recordFailure(effect, step, dispatched.lot, 'a_code'));
  }
  expect((await showLot(world.ledger, sealed.lot)).failure).toBeNull();
  expect((await showLot(world.ledger, dispatched.lot)).failure).toBeNull();
});
