import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addCustomer,
  addProduct,
  cancelDelivery,
  createDelivery,
  LedgerError,
  moveSerials,
  type PrintedRun,
  requestExport,
  showDelivery,
} from './index.ts';
import { createTestLedger, furnish, PINNED, PRODUCT, type TestLedger } from './testing.ts';
import { burnedLot, dispatchedLot } from './testing-lots.ts';

let world: TestLedger;
let ops: string;
let lot: Awaited<ReturnType<typeof burnedLot>>;

beforeAll(async () => {
  world = await createTestLedger();
  ops = await furnish(world.ledger);
  await world.ledger.commit(ops, effect => addCustomer(effect, { customer: 'initech', key: PINNED }));
});
afterAll(() => world.drop());
beforeEach(async () => {
  lot = await burnedLot(world, ops);
});

const api = () => world.as('seedlot_api');
const run = (first: number, last: number, of = lot): PrintedRun => ({
  first: of.serial(first),
  last: of.serial(last),
});
const create = (serials: readonly PrintedRun[], customer = 'globex') =>
  api().commit(ops, effect => createDelivery(effect, { customer, format: 'hex-csv', serials }));
const cancel = (delivery: string) => api().commit(ops, effect => cancelDelivery(effect, delivery));
const move = (to: 'scrapped' | 'void' | 'delivered', first: number, last: number) => {
  const start = lot.serials.ranges[0]?.first ?? 0n;
  const ranges = [{ first: start + BigInt(first), after: start + BigInt(last) + 1n }];
  return world.ledger.commit(ops, effect =>
    moveSerials(effect, { space: lot.serials.space, ranges }, { axis: 'custody', to }),
  );
};

async function states(): Promise<string[]> {
  const { rows } = await world.database.pool.query(
    'select custody, (upper(numbers) - lower(numbers))::int as n from serial_states where lot_id = $1 order by numbers',
    [lot.lot],
  );
  return rows.flatMap(row => Array.from({ length: row.n }, () => row.custody));
}

async function recordsOf(delivery: string): Promise<{ type: string; numbers: string | null }[]> {
  const { rows } = await world.database.pool.query(
    'select type, numbers::text from records where delivery_id = $1 order by seq',
    [delivery],
  );
  return rows;
}

/** The obstacles that an assignment was refused for. */
async function obstacles(work: Promise<unknown>): Promise<{ reason: string; of: string | null }[]> {
  const fault = await work.then(
    () => null,
    error => error,
  );
  expect(fault).toBeInstanceOf(LedgerError);
  expect(fault).toMatchObject({ code: 'serials_not_assignable' });
  return fault.obstacles;
}

describe('a delivery', () => {
  test('takes its serials and no others, is recorded, and asks for its export', async () => {
    const { delivery, quantity } = await create([run(1, 3), run(7, 7)]);
    expect(quantity).toBe(4);
    expect(await states()).toEqual(
      Array.from({ length: 10 }, (_, i) => ([1, 2, 3, 7].includes(i) ? 'assigned' : 'burned')),
    );
    const start = lot.serials.ranges[0]?.first ?? 0n;
    expect(await recordsOf(delivery)).toEqual([
      { type: 'delivery.created', numbers: null },
      {
        type: 'serials.assigned',
        numbers: `{[${start + 1n},${start + 4n}),[${start + 7n},${start + 8n})}`,
      },
    ]);
    expect(world.knocks).toContainEqual({ job: 'export', delivery });
    expect(await showDelivery(world.ledger, delivery)).toMatchObject({
      delivery,
      customer: 'globex',
      state: 'assigned',
      quantity: 4,
      living: 4,
      ranges: 2,
      serials: [
        [lot.serial(1), lot.serial(3)],
        [lot.serial(7), lot.serial(7)],
      ],
      products: [PRODUCT.product],
      exportsWanted: 1,
      file: null,
      failure: null,
    });
  });

  test('may take serials of several lots and of several spaces', async () => {
    const other = await burnedLot(world, ops);
    const { delivery, quantity } = await create([run(8, 9), run(0, 1, other)]);
    expect(quantity).toBe(4);
    const { rows } = await world.database.pool.query(
      'select distinct lot_id from delivery_serials where delivery_id = $1 order by lot_id',
      [delivery],
    );
    expect(rows.map(row => row.lot_id)).toEqual([lot.lot, other.lot]);
  });

  test('writes a record for each thousand ranges', async () => {
    lot = await burnedLot(world, ops, 5_000);
    const { delivery } = await create(Array.from({ length: 2_001 }, (_, i) => run(2 * i, 2 * i)));
    const types = (await recordsOf(delivery)).map(({ type }) => type);
    expect(types).toEqual(['delivery.created', 'serials.assigned', 'serials.assigned', 'serials.assigned']);
  });
});

describe('what stands in the way', () => {
  test('is told all at once, by runs, each with its reason', async () => {
    const { delivery } = await create([run(2, 3)], 'initech');
    await world.database.pool.query(
      `update serial_states set custody = 'dispatched' where lot_id = $1 and custody = 'burned'`,
      [lot.lot],
    );
    await move('scrapped', 5, 5);
    const beyond = 10n ** 13n - 5n;
    const unknown = { first: `${beyond}`, last: `${beyond + 1n}` };
    const foreign = { first: 'ZZ0001', last: 'ZZ0002' };
    const found = await obstacles(create([run(0, 9), unknown, foreign]));
    expect(found).toEqual([
      { first: lot.serial(0), last: lot.serial(1), reason: 'not_burned', of: null },
      { first: lot.serial(2), last: lot.serial(3), reason: 'assigned', of: delivery },
      { first: lot.serial(4), last: lot.serial(4), reason: 'not_burned', of: null },
      { first: lot.serial(5), last: lot.serial(5), reason: 'scrapped', of: null },
      { first: lot.serial(6), last: lot.serial(9), reason: 'not_burned', of: null },
      { ...unknown, reason: 'in_no_lot', of: null },
      { ...foreign, reason: 'in_no_lot', of: null },
    ]);
  });

  test.each(['shredding', 'shredded'] as const)('a seed that is %s', async seed => {
    await world.database.pool.query('update serial_states set seed = $1 where lot_id = $2', [seed, lot.lot]);
    expect(await obstacles(create([run(0, 1)]))).toMatchObject([{ reason: `seed_${seed}` }]);
  });

  test('a shred that was asked for and has not begun', async () => {
    const start = lot.serials.ranges[0]?.first ?? 0n;
    await world.database.pool.query(
      `with s as (insert into shreds (id, reason) values ('shred-900001', 'requested') returning id)
       insert into shred_serials (shred_id, lot_id, space_id, numbers)
       select id, $1, $2, int8range($3, $4) from s`,
      [lot.lot, lot.serials.space.id, start + 4n, start + 6n],
    );
    expect(await obstacles(create([run(0, 9)]))).toEqual([
      { first: lot.serial(4), last: lot.serial(5), reason: 'seed_shredding', of: 'shred-900001' },
    ]);
    await create([run(0, 3), run(6, 9)]);
  });

  test("another customer's order", async () => {
    await world.database.pool.query(`update orders set customer_id = 'initech' where id = $1`, [lot.order]);
    expect(await obstacles(create([run(0, 1)]))).toMatchObject([{ reason: 'other_customer', of: 'initech' }]);
    await create([run(0, 1)], 'initech');
  });

  test('a void serial, after a cancellation too', async () => {
    const { delivery } = await create([run(0, 3)]);
    await move('void', 1, 1);
    await cancel(delivery);
    expect(await states()).toEqual(['burned', 'void', ...Array.from({ length: 8 }, () => 'burned')]);
    expect(await obstacles(create([run(0, 3)]))).toMatchObject([{ reason: 'void' }]);
  });

  test.each([
    ['a run that ends before it begins', [[3, 2]], 'invalid_input'],
    [
      'runs that overlap',
      [
        [0, 5],
        [5, 9],
      ],
      'invalid_input',
    ],
    [
      'the same run twice',
      [
        [1, 1],
        [1, 1],
      ],
      'invalid_input',
    ],
  ])('%s', async (_, runs, code) => {
    const serials = runs.map(([first = 0, last = 0]) => run(first, last));
    await expect(create(serials)).rejects.toMatchObject({ code });
    expect(new Set(await states())).toEqual(new Set(['burned']));
  });

  test.each([
    ['a serial of another form at the end', { first: '9900000000001', last: '9901' }, 'invalid_input'],
    ['no serial at all', { first: '1.23E+12', last: '1.23E+12' }, 'serial_malformed'],
  ])('%s', async (_, serials, code) => {
    await expect(create([serials])).rejects.toMatchObject({ code });
  });

  test('a customer that does not exist', async () => {
    await expect(create([run(0, 0)], 'nobody')).rejects.toMatchObject({ code: 'unknown_customer' });
  });

  test('an enormous run is refused without looking at each of its serials', async () => {
    const all = { first: '0000000000000', last: '9999999999999' };
    const found = await obstacles(create([all]));
    expect(found).toContainEqual({
      first: '0000000000000',
      last: expect.any(String),
      reason: 'in_no_lot',
      of: null,
    });
  });

  test('a row that the database holds, whatever the states say', async () => {
    const { delivery } = await create([run(0, 1)]);
    await world.database.pool.query(`update serial_states set custody = 'burned' where lot_id = $1`, [
      lot.lot,
    ]);
    await expect(create([run(1, 2)])).rejects.toMatchObject({
      name: 'LedgerError',
      code: 'serials_not_assignable',
      cause: { constraint: 'serial_assigned_once' },
    });
    expect(await showDelivery(world.ledger, delivery)).toMatchObject({ quantity: 2 });
  });
});

describe('at once', () => {
  test('two assign the same serials: one wins, the other is told of the delivery that won', async () => {
    const results = await Promise.allSettled([create([run(0, 5)]), create([run(5, 9)], 'initech')]);
    const won = results.find(result => result.status === 'fulfilled');
    const lost = results.find(result => result.status === 'rejected');
    expect(lost?.reason).toMatchObject({
      code: 'serials_not_assignable',
      obstacles: [{ reason: 'assigned', of: won?.value.delivery }],
    });
  });

  test('two hundred over one lot do not stop each other', async () => {
    lot = await burnedLot(world, ops, 400);
    const all = await Promise.all(Array.from({ length: 200 }, (_, i) => create([run(2 * i, 2 * i + 1)])));
    expect(new Set(all.map(({ delivery }) => delivery)).size).toBe(200);
    expect(new Set(await states())).toEqual(new Set(['assigned']));
  });

  test('deliveries over the same two lots, named in opposite order, do not stop each other', async () => {
    const other = await burnedLot(world, ops, 40);
    lot = await burnedLot(world, ops, 40);
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        create(i % 2 === 0 ? [run(i, i), run(i, i, other)] : [run(i, i, other), run(i, i)]),
      ),
    );
    expect(new Set(await states())).toEqual(new Set(['assigned']));
  });

  test('an assignment and a shred of its lot: never a delivery of seeds that go', async () => {
    const shred = world.ledger.commit(ops, async effect => {
      await moveSerials(effect, lot.serials, { axis: 'seed', to: 'shredding' });
    });
    const [created] = await Promise.allSettled([create([run(0, 9)]), shred]);
    if (created.status === 'fulfilled') expect(new Set(await states())).toEqual(new Set(['assigned']));
    else
      expect(created.reason).toMatchObject({
        code: expect.stringMatching(/serials_not_assignable|transition_refused/),
      });
  });
});

describe('another export', () => {
  const ask = (delivery: string, format?: 'pskc' | 'entra-csv') =>
    api().commit(ops, effect => requestExport(effect, delivery, format));

  test('counts on, in the last format or another one', async () => {
    const { delivery } = await create([run(0, 1)]);
    expect(await ask(delivery)).toEqual({ request: 2, format: 'hex-csv' });
    expect(await ask(delivery, 'pskc')).toEqual({ request: 3, format: 'pskc' });
    expect(await ask(delivery)).toEqual({ request: 4, format: 'pskc' });
    expect((await recordsOf(delivery)).filter(({ type }) => type === 'export.requested')).toHaveLength(3);
  });

  test('is refused when no seed lives, when it is cancelled, and when there is none', async () => {
    const { delivery } = await create([run(0, 1)]);
    await world.database.pool.query(`update serial_states set seed = 'shredded' where lot_id = $1`, [
      lot.lot,
    ]);
    await expect(ask(delivery)).rejects.toMatchObject({ code: 'seeds_shredded' });
    await world.database.pool.query(`update serial_states set seed = 'living' where lot_id = $1`, [lot.lot]);
    await cancel(delivery);
    await expect(ask(delivery)).rejects.toMatchObject({ code: 'transition_refused' });
    await expect(ask('delivery-999999')).rejects.toMatchObject({ code: 'unknown_delivery' });
  });

  test('is refused in a format that cannot hold the product, as is the first one', async () => {
    await world.ledger.commit(ops, async effect => {
      await addProduct(effect, {
        ...PRODUCT,
        product: `sha256-${lot.lot}`,
        oath: { type: 'totp', hash: 'sha256', digits: 6, period: 30 },
      });
      await effect.sql
        .updateTable('orders')
        .set({ product_id: `sha256-${lot.lot}` })
        .where('id', '=', lot.order)
        .execute();
    });
    const serials = [run(0, 1)];
    const first = api().commit(ops, effect =>
      createDelivery(effect, { customer: 'globex', format: 'entra-csv', serials }),
    );
    await expect(first).rejects.toMatchObject({
      code: 'format_cannot_express',
      message: expect.stringContaining('hex-csv'),
    });
    expect(new Set(await states())).toEqual(new Set(['burned']));
    const { delivery } = await create(serials);
    await expect(ask(delivery, 'entra-csv')).rejects.toMatchObject({ code: 'format_cannot_express' });
    expect(await showDelivery(world.ledger, delivery)).toMatchObject({ exportsWanted: 1, format: 'hex-csv' });
  });
});

describe('a cancellation', () => {
  test('frees the serials for another customer', async () => {
    const { delivery } = await create([run(0, 9)]);
    await cancel(delivery);
    expect(await showDelivery(world.ledger, delivery)).toMatchObject({
      state: 'cancelled',
      living: 0,
      quantity: 10,
    });
    expect((await recordsOf(delivery)).at(-1)).toMatchObject({ type: 'delivery.cancelled' });
    await create([run(0, 9)], 'initech');
    await expect(cancel(delivery)).rejects.toMatchObject({ code: 'transition_refused' });
  });

  test('closes the attempt at its export', async () => {
    const { delivery } = await create([run(0, 1)]);
    await world.database.pool.query(
      `insert into file_attempts (kind, delivery_id, object_name, holder, lease_ends_at)
       values ('export', $1, $2, 'test', now() + interval '1 hour')`,
      [delivery, randomUUID()],
    );
    await cancel(delivery);
    const { rows } = await world.database.pool.query(
      'select state from file_attempts where delivery_id = $1',
      [delivery],
    );
    expect(rows).toEqual([{ state: 'closed' }]);
  });

  test('is refused once the customer has it', async () => {
    const { delivery } = await create([run(0, 1)]);
    await world.database.pool.query(`update deliveries set state = 'delivered' where id = $1`, [delivery]);
    await expect(cancel(delivery)).rejects.toMatchObject({ code: 'delivery_downloaded' });
  });
});

test('a lot that is not burned gives nothing', async () => {
  const { lot: id } = await dispatchedLot(world, ops);
  const { rows } = await world.database.pool.query('select lower(numbers) as first from lots where id = $1', [
    id,
  ]);
  const serial = String(rows[0].first).padStart(13, '0');
  expect(await obstacles(create([{ first: serial, last: serial }]))).toMatchObject([
    { reason: 'not_burned' },
  ]);
});
