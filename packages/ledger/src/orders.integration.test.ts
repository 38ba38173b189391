import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addProduct, cancelOrder, type Ledger, placeOrder, showLot, showOrder } from './index.ts';
import { createTestLedger, furnish, PRODUCT, type TestLedger } from './testing.ts';

let world: TestLedger;
let ledger: Ledger;
let ops: string;

beforeAll(async () => {
  world = await createTestLedger();
  ops = await furnish(world.ledger);
  ledger = world.as('seedlot_api');
});

afterAll(() => world.drop());

const request = { product: 'ex-totp-1', quantity: 10, factory: 'acme', nonProduction: false };
const place = (more: object = {}) =>
  ledger.commit(ops, effect => placeOrder(effect, { ...request, ...more }));
const refusal = (code: string) => expect.objectContaining({ code });

async function counts(): Promise<unknown> {
  const { rows } = await world.database.pool.query(
    `select (select count(*) from orders) orders, (select count(*) from lots) lots,
       (select count(*) from serial_states) states, (select count(*) from records) records`,
  );
  return rows;
}

async function changesNothing(act: () => Promise<unknown>, code: string): Promise<void> {
  const before = await counts();
  const knocks = world.knocks.length;
  await expect(act()).rejects.toThrow(refusal(code));
  expect(await counts()).toEqual(before);
  expect(world.knocks).toHaveLength(knocks);
}

describe('placing an order', () => {
  test('reserves a contiguous block, writes its record and knocks', async () => {
    const { order, lot } = await place();
    const shown = await showOrder(ledger, order);
    expect(shown).toMatchObject({
      lot,
      state: 'ordered',
      firstSerial: '9900000000000',
      lastSerial: '9900000000009',
    });
    expect(await showLot(ledger, lot)).toMatchObject({
      custody: { reserved: 10 },
      seeds: { none: 10 },
      file: null,
    });
    expect(world.knocks).toContainEqual({ job: 'generate', lot });
    const { rows } = await world.database.pool.query('select line from records where lot_id = $1', [lot]);
    expect(rows).toHaveLength(1);
    expect(JSON.parse(rows[0].line)).toMatchObject({ type: 'order.placed', actor: ops, order, quantity: 10 });
  });

  test('refuses a block in use, by one serial at either end too', async () => {
    await place({ firstSerial: '9900000001000' });
    for (const first of ['9900000001000', '9900000000991', '9900000001009']) {
      await changesNothing(() => place({ firstSerial: first }), 'serials_in_use');
    }
    await expect(place({ firstSerial: '9900000001010' })).resolves.toBeDefined();
    await expect(place({ firstSerial: '9900000000990' })).resolves.toBeDefined();
  });

  test("refuses a block in use under another product's prefix", async () => {
    const other = { ...PRODUCT, product: 'ex-990', serial: { prefix: '990', width: 10 } };
    await ledger.commit(ops, effect => addProduct(effect, other));
    await changesNothing(() => place({ product: 'ex-990', firstSerial: '9900000001000' }), 'serials_in_use');
    const { lot } = await place({ product: 'ex-990' });
    expect(await showLot(ledger, lot)).toMatchObject({ firstSerial: '9900000000010' });
  });

  test('refuses what does not fit the serial space', async () => {
    const tiny = { ...PRODUCT, product: 'tiny', serial: { prefix: 'T', width: 1 } };
    await ledger.commit(ops, effect => addProduct(effect, tiny));
    await changesNothing(() => place({ product: 'tiny', quantity: 11 }), 'serial_space_exhausted');
    await changesNothing(
      () => place({ product: 'tiny', quantity: 2, firstSerial: 'T9' }),
      'serial_space_exhausted',
    );
    await changesNothing(() => place({ product: 'tiny', firstSerial: 'U0' }), 'serial_space_exhausted');
    await changesNothing(() => place({ product: 'tiny', firstSerial: 't0' }), 'serial_malformed');
    await place({ product: 'tiny' });
    await changesNothing(() => place({ product: 'tiny', quantity: 1 }), 'serial_space_exhausted');
  });

  test('refuses unknown nouns and terms that do not fit', async () => {
    await changesNothing(() => place({ product: 'nope' }), 'unknown_product');
    await changesNothing(() => place({ factory: 'nope' }), 'unknown_factory');
    await changesNothing(() => place({ customer: 'nope' }), 'unknown_customer');
    await changesNothing(() => place({ retention: { terms: 'none' } }), 'invalid_input');
  });

  test('twenty at once get twenty blocks that do not touch each other', async () => {
    const placed = await Promise.all(Array.from({ length: 20 }, () => place({ quantity: 7 })));
    const blocks = await Promise.all(placed.map(({ lot }) => showLot(ledger, lot)));
    const firsts = blocks.map(lot => BigInt(lot.firstSerial)).sort();
    expect(new Set(firsts).size).toBe(20);
    for (const [i, first] of firsts.entries()) {
      const before = firsts[i - 1];
      if (before !== undefined) expect(first - before >= 7n).toBe(true);
    }
  });

  test('the database itself refuses a second reservation of a serial', async () => {
    const { lot } = await place();
    const again = world.database.pool.query(
      `insert into serial_states (space_id, numbers, lot_id, custody, seed)
       select space_id, numbers, id, 'reserved', 'none' from lots where id = $1`,
      [lot],
    );
    await expect(again).rejects.toThrow(
      expect.objectContaining({ code: '23P01', constraint: 'serial_once' }),
    );
  });
});

describe('cancelling an order', () => {
  test('ends the lot once and asks for its shred; its serials are never used again', async () => {
    const { order, lot } = await place({ firstSerial: '9900000005000' });
    await ledger.commit(ops, effect => cancelOrder(effect, order));
    expect(await showLot(ledger, lot)).toMatchObject({ state: 'cancelled' });
    expect(world.knocks).toContainEqual({ job: 'shred' });
    await changesNothing(
      () => ledger.commit(ops, effect => cancelOrder(effect, order)),
      'transition_refused',
    );
    await changesNothing(() => place({ firstSerial: '9900000005000' }), 'serials_in_use');
  });

  test('refuses an order that does not exist', async () => {
    await changesNothing(
      () => ledger.commit(ops, effect => cancelOrder(effect, 'order-999999')),
      'unknown_order',
    );
  });
});

test.each([
  [{}, { terms: 'stock', capDays: null, escrow: 'none' }],
  [{ customer: 'globex' }, { terms: 'keep', daysAfterReceipt: 30, capDays: 90, escrow: 'none' }],
  [
    { customer: 'globex', retention: { terms: 'none' } },
    { terms: 'none', escrow: 'none' },
  ],
  [{ retention: { terms: 'stock', capDays: 7 } }, { terms: 'stock', capDays: 7, escrow: 'none' }],
])(
  'an order with %j stores the retention terms that it names, or the default ones, in order and record',
  async (more, terms) => {
    const { order, lot } = await place(more);
    expect((await showOrder(ledger, order)).retention).toEqual(terms);
    const { rows } = await world.database.pool.query('select line from records where lot_id = $1', [lot]);
    expect(JSON.parse(rows[0].line).retention).toEqual(terms);
  },
);
