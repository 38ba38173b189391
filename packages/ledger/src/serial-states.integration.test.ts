import type { Custody, Range } from '@seedlot/domain';
import { sources } from '@seedlot/domain';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Effect, moveSerials, placeOrder } from './index.ts';
import { createTestLedger, furnish, type TestLedger } from './testing.ts';

let world: TestLedger;
let ops: string;

beforeAll(async () => {
  world = await createTestLedger();
  ops = await furnish(world.ledger);
});

afterAll(() => world.drop());

const SIZE = 40;

async function newLot(): Promise<{
  lot: string;
  first: bigint;
  space: { id: number; stem: string; digits: number };
}> {
  const { lot } = await world.ledger.commit(ops, effect =>
    placeOrder(effect, { product: 'ex-totp-1', quantity: SIZE, factory: 'acme', nonProduction: false }),
  );
  const { rows } = await world.database.pool.query(
    'select space_id as id, lower(numbers) as first from lots where id = $1',
    [lot],
  );
  return { lot, first: rows[0].first, space: { id: rows[0].id, stem: '', digits: 13 } };
}

async function custodies(lot: string): Promise<{ rows: number; states: string[] }> {
  const { rows } = await world.database.pool.query(
    'select custody, (upper(numbers) - lower(numbers))::int as n from serial_states where lot_id = $1 order by numbers',
    [lot],
  );
  return { rows: rows.length, states: rows.flatMap(row => Array.from({ length: row.n }, () => row.custody)) };
}

const steps = fc.array(
  fc.record({
    to: fc.constantFrom<Custody>('dispatched', 'burned', 'scrapped', 'assigned', 'void'),
    ranges: fc.array(
      fc.tuple(fc.nat(SIZE - 1), fc.integer({ min: 1, max: 12 })).map(([first, size]) => ({
        first,
        after: Math.min(first + size, SIZE),
      })),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

test('any sequence of moves does what a list of single serials would do, in as many rows as there are boundaries', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async sequence => {
      const { lot, first, space } = await newLot();
      const model: string[] = Array.from({ length: SIZE }, () => 'reserved');
      for (const { to, ranges } of sequence) {
        const wanted = new Set(
          ranges.flatMap(r => Array.from({ length: r.after - r.first }, (_, i) => r.first + i)),
        );
        const legal = [...wanted].every(i => (sources('custody', to) as string[]).includes(model[i] ?? ''));
        const absolute: Range[] = ranges.map(r => ({
          first: first + BigInt(r.first),
          after: first + BigInt(r.after),
        }));
        const act = world.ledger.commit(ops, effect =>
          moveSerials(effect, { space, ranges: absolute }, { axis: 'custody', to }),
        );
        if (legal) {
          await act;
          for (const i of wanted) model[i] = to;
        } else {
          await expect(act).rejects.toThrow(expect.objectContaining({ code: 'transition_refused' }));
        }
      }
      const { rows, states } = await custodies(lot);
      expect(states).toEqual(model);
      expect(rows).toBe(1 + model.filter((state, i) => i > 0 && state !== model[i - 1]).length);
    }),
    { numRuns: 40 },
  );
});

test('serials that no order reserved stand in the way by name', async () => {
  const { first, space } = await newLot();
  const beyond = { first: first + 39n, after: first + 42n };
  await expect(
    world.ledger.commit(ops, effect =>
      moveSerials(effect, { space, ranges: [beyond] }, { axis: 'custody', to: 'dispatched' }),
    ),
  ).rejects.toThrow(/in no lot/);
});

test('two at once on the same serials: one wins, the other is refused', async () => {
  const { lot, first, space } = await newLot();
  const ranges = [{ first, after: first + BigInt(SIZE) }];
  const move = (to: Custody) =>
    world.ledger.commit(ops, effect => moveSerials(effect, { space, ranges }, { axis: 'custody', to }));
  await move('dispatched');
  const outcomes = await Promise.allSettled([move('burned'), move('scrapped'), move('lost')]);
  expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(1);
  expect((await custodies(lot)).rows).toBe(1);
});

test('lots whose blocks touch do not wait for each other', async () => {
  const [left, right] = [await newLot(), await newLot()];
  expect(left.first + BigInt(SIZE)).toBe(right.first);
  const dispatch = (effect: Effect, { first, space }: typeof left) => {
    const serials = { space, ranges: [{ first, after: first + BigInt(SIZE) }] };
    return moveSerials(effect, serials, { axis: 'custody', to: 'dispatched' });
  };
  await world.ledger.commit(ops, async slow => {
    await dispatch(slow, left);
    await world.ledger.commit(ops, async quick => {
      await sql`set local lock_timeout = '1s'`.execute(quick.sql);
      await dispatch(quick, right);
    });
  });
  for (const { lot } of [left, right]) expect((await custodies(lot)).states).not.toContain('reserved');
});
