import type { RetentionTerms } from '@seedlot/domain';
import {
  cancelDelivery,
  extendRetention,
  isShredDue,
  LedgerError,
  placeOrder,
  requestExport,
  setFileDays,
  showLot,
  showStatus,
} from '@seedlot/ledger';
import { shredDue } from '@seedlot/shredder';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { burnLot, deliver } from '../world/deliveries.ts';
import { drain, lookAround } from '../world/drain.ts';
import { endHold, hold } from '../world/holds.ts';
import { recordsOf } from '../world/published-log.ts';
import { openSeeds } from '../world/seeds.ts';
import { soundWorkers, type Workers } from '../world/workers.ts';
import { createWorld, type World } from '../world/world.ts';

const QUANTITY = 10;
const never = new AbortController().signal;

let world: World;
let workers: Workers;
beforeAll(async () => {
  world = await createWorld();
  workers = await soundWorkers(world);
});
afterAll(() => world.end());

/** A burned lot whose order has these terms. */
async function burned(retention?: RetentionTerms): Promise<string> {
  const customer = retention?.terms === 'stock' ? {} : { customer: 'globex' };
  const { lot } = await world.ledger.commit(world.ops, effect =>
    placeOrder(effect, {
      product: 'ex-totp-1',
      quantity: QUANTITY,
      factory: 'acme',
      nonProduction: false,
      ...customer,
      ...(retention !== undefined && { retention }),
    }),
  );
  await drain(workers);
  await burnLot(world, lot);
  return lot;
}

/** A delivery of the first serials of a lot, exported by now. */
async function exported(lot: string, count = QUANTITY): Promise<string> {
  const delivery = await deliver(world, [{ lot, first: 0, after: count }]);
  await drain(workers);
  return delivery;
}

/** As if it had been exported, and received where that is said, so many days before. */
async function age(delivery: string, days: { exported: number; received?: number }): Promise<void> {
  await world.database.pool.query(
    `update deliveries set exported_at = now() - make_interval(days => $2),
       received_at = now() - make_interval(days => $3), state = case when $3::int is null then state else 'received' end
     where id = $1`,
    [delivery, days.exported, days.received ?? null],
  );
}

/** Seeds that open; none does where the lot has no keys any more. */
async function living(lot: string): Promise<number> {
  try {
    return (await openSeeds(world, lot)).size;
  } catch (cause) {
    if (cause instanceof LedgerError && cause.code === 'lot_keys_missing') return 0;
    throw cause;
  }
}

async function reasonsOf(delivery: string): Promise<unknown[]> {
  const lines = (await recordsOf(world)).filter(({ type }) => type === 'shred.requested');
  return lines
    .map(({ line }) => JSON.parse(line.toString()))
    .filter(record => record.delivery === delivery)
    .map(({ reason, quantity }) => ({ reason, quantity }));
}

describe('the seeds of a delivery are shredded', () => {
  test('the days after its receipt that the order names, and not before', async () => {
    const lot = await burned({ terms: 'keep', daysAfterReceipt: 7, capDays: 60 });
    const delivery = await exported(lot, 4);
    await age(delivery, { exported: 20, received: 6 });
    await drain(workers);
    expect(await living(lot)).toBe(QUANTITY);
    await age(delivery, { exported: 20, received: 7 });
    await drain(workers);
    expect(await living(lot)).toBe(QUANTITY - 4);
    expect(await reasonsOf(delivery)).toEqual([{ reason: 'receipt_term', quantity: 4 }]);
    expect((await showLot(world.ledger, lot)).seeds).toEqual({ living: 6, shredded: 4 });
  });

  test('at the cap from the first export where no receipt comes', async () => {
    const lot = await burned({ terms: 'keep', daysAfterReceipt: 7, capDays: 60 });
    const delivery = await exported(lot);
    await age(delivery, { exported: 59 });
    await drain(workers);
    expect(await living(lot)).toBe(QUANTITY);
    await age(delivery, { exported: 60 });
    await drain(workers);
    expect(await living(lot)).toBe(0);
    expect(await reasonsOf(delivery)).toEqual([{ reason: 'export_cap', quantity: QUANTITY }]);
  });

  test('at the cap, too, where the receipt came late', async () => {
    const lot = await burned();
    const delivery = await exported(lot);
    await age(delivery, { exported: 90, received: 1 });
    await drain(workers);
    expect(await reasonsOf(delivery)).toEqual([{ reason: 'export_cap', quantity: QUANTITY }]);
  });

  test('by the terms of an order that names none where they were stock', async () => {
    const lot = await burned({ terms: 'stock', capDays: null });
    const delivery = await exported(lot, 3);
    await age(delivery, { exported: 31, received: 30 });
    await drain(workers);
    expect(await living(lot)).toBe(QUANTITY - 3);
  });

  test('and so is their export; asking for another does not start the clock again', async () => {
    const lot = await burned();
    const delivery = await exported(lot);
    await age(delivery, { exported: 60, received: 30 });
    await world.ledger.commit(world.ops, effect => requestExport(effect, delivery, undefined));
    await shredDue(workers.shredder, never);
    expect(await living(lot)).toBe(0);
    const { rows } = await world.database.pool.query(
      'select id from files where delivery_id = $1 and dropped_at is null',
      [delivery],
    );
    expect(rows).toEqual([]);
  });

  test('but not of a delivery that was cancelled', async () => {
    const lot = await burned();
    const delivery = await exported(lot);
    await world.ledger.commit(world.ops, effect => cancelDelivery(effect, delivery));
    await age(delivery, { exported: 1000 });
    await drain(workers);
    expect(await living(lot)).toBe(QUANTITY);
  });
});

describe('what was never exported is shredded', () => {
  const capped = { terms: 'stock', capDays: 14 } as const;

  async function seal(lot: string, daysAgo: number): Promise<void> {
    await world.database.pool.query(
      'update lots set sealed_at = now() - make_interval(days => $2) where id = $1',
      [lot, daysAgo],
    );
  }

  test('at the cap of its order, but for what a delivery has', async () => {
    const lot = await burned(capped);
    await exported(lot, 2);
    await seal(lot, 13);
    await drain(workers);
    expect(await living(lot)).toBe(QUANTITY);
    await seal(lot, 14);
    await drain(workers);
    expect(await living(lot)).toBe(2);
  });

  test('never where its order has no cap', async () => {
    const lot = await burned({ terms: 'stock', capDays: null });
    await seal(lot, 5000);
    expect(await isShredDue(workers.shredder.ledger)).toBe(false);
    expect(await living(lot)).toBe(QUANTITY);
  });

  test('once the report that scrapped it is accepted', async () => {
    const lot = await burned();
    await world.database.pool.query(`update serial_states set custody = 'scrapped' where lot_id = $1`, [lot]);
    expect(await isShredDue(workers.shredder.ledger)).toBe(false);
    await world.database.pool.query('update lots set produced_at = now() where id = $1', [lot]);
    await drain(workers);
    expect(await living(lot)).toBe(0);
  });
});

describe('a factory file is dropped', () => {
  test("its factory's days after the receipt, and the seeds live on", async () => {
    const lot = await burned();
    await world.ledger.commit(world.ops, effect => setFileDays(effect, 'acme', 5));
    const received = (days: number) =>
      world.database.pool.query(
        'update files set received_at = now() - make_interval(days => $2) where lot_id = $1',
        [lot, days],
      );
    await received(4);
    expect(await isShredDue(workers.shredder.ledger)).toBe(false);
    await received(5);
    await drain(workers);
    const { rows } = await world.database.pool.query('select dropped_at from files where lot_id = $1', [lot]);
    expect(rows).toEqual([{ dropped_at: expect.any(Date) }]);
    expect(await living(lot)).toBe(QUANTITY);
  });
});

describe('the clock', () => {
  test('is put off by an extension, never brought forward', async () => {
    const lot = await burned();
    const delivery = await exported(lot);
    await age(delivery, { exported: 100, received: 50 });
    const until = new Date(Date.now() + 86_400_000);
    await world.ledger.commit(world.ops, effect => extendRetention(effect, { delivery }, until));
    await drain(workers);
    expect(await living(lot)).toBe(QUANTITY);
    await world.database.pool.query('update retention_extensions set until = now() where delivery_id = $1', [
      delivery,
    ]);
    await drain(workers);
    expect(await living(lot)).toBe(0);
  });

  test('takes nothing that an active hold is on, and takes it when that ends', async () => {
    const lot = await burned();
    const delivery = await exported(lot);
    const { hold: id } = await hold(world, workers, { delivery });
    await age(delivery, { exported: 100, received: 50 });
    await drain(workers);
    expect(await isShredDue(workers.shredder.ledger)).toBe(false);
    expect(await living(lot)).toBe(QUANTITY);
    await endHold(world, id);
    await drain(workers);
    expect(await living(lot)).toBe(0);
  });

  test('makes one shred, whoever looks at the same time', async () => {
    const lot = await burned();
    const delivery = await exported(lot);
    await age(delivery, { exported: 100 });
    const other = await soundWorkers(world);
    // The one that comes second to an end may say so.
    await Promise.allSettled([shredDue(workers.shredder, never), shredDue(other.shredder, never)]);
    await drain(workers);
    expect(await reasonsOf(delivery)).toEqual([{ reason: 'export_cap', quantity: QUANTITY }]);
    expect(await living(lot)).toBe(0);
  });

  test('refuses an extension of what is shredded, unknown or past', async () => {
    const lot = await burned();
    const extend = (of: Parameters<typeof extendRetention>[1], until: Date) =>
      world.ledger.commit(world.ops, effect => extendRetention(effect, of, until));
    const tomorrow = new Date(Date.now() + 86_400_000);
    await expect(extend({ lot: 'lot-999999' }, tomorrow)).rejects.toMatchObject({ code: 'unknown_lot' });
    await expect(extend({ delivery: 'delivery-999999' }, tomorrow)).rejects.toMatchObject({
      code: 'unknown_delivery',
    });
    await expect(extend({ lot }, new Date(0))).rejects.toMatchObject({ code: 'transition_refused' });
    const delivery = await exported(lot);
    await age(delivery, { exported: 100 });
    await drain(workers);
    await expect(extend({ delivery }, tomorrow)).rejects.toMatchObject({ code: 'transition_refused' });
  });
});

describe('status', () => {
  test('names the serials whose cap comes within 30, 14 and 3 days, and no others', async () => {
    const lot = await burned({ terms: 'stock', capDays: 40 });
    const within = async (sealedDaysAgo: number) => {
      await world.database.pool.query(
        `update lots set sealed_at = now() - make_interval(days => $2, hours => 1) where id = $1`,
        [lot, sealedDaysAgo],
      );
      const { items } = (await showStatus(world.ledger)).caps;
      return items.filter(item => item.lot === lot).map(({ quantity, withinDays }) => [quantity, withinDays]);
    };
    expect(await within(9)).toEqual([]);
    expect(await within(10)).toEqual([[QUANTITY, 30]]);
    expect(await within(26)).toEqual([[QUANTITY, 14]]);
    expect(await within(37)).toEqual([[QUANTITY, 3]]);
    const caps = (await showStatus(world.ledger)).caps.items.find(item => item.lot === lot);
    const { firstSerial, lastSerial } = await showLot(world.ledger, lot);
    expect(caps?.serials).toEqual([[firstSerial, lastSerial]]);
  });

  test('alarms a year after the sealing of what no term ends', async () => {
    const lot = await burned({ terms: 'stock', capDays: null });
    const termless = async () => (await showStatus(world.ledger)).termless.items.map(item => item.lot);
    expect(await termless()).not.toContain(lot);
    await world.database.pool.query(`update lots set sealed_at = now() - interval '366 days' where id = $1`, [
      lot,
    ]);
    expect(await termless()).toContain(lot);
  });

  test('alarms when no shredder runs, and when one lets something lie', async () => {
    const shredder = async () => (await showStatus(world.ledger)).shredder;
    expect(await shredder()).toMatchObject({ seenAt: null, late: true });
    await world.database.pool.query(`insert into workers (service, holder) values ('shredder', 'one')`);
    expect(await shredder()).toMatchObject({ late: false, overdueSince: null });
    const delivery = await exported(await burned());
    await world.database.pool.query(
      `update deliveries set exported_at = now() - interval '90 days 30 minutes' where id = $1`,
      [delivery],
    );
    expect(await shredder()).toMatchObject({ late: false, overdueSince: expect.any(Date) });
    await world.database.pool.query(
      `update deliveries set exported_at = now() - interval '90 days 61 minutes' where id = $1`,
      [delivery],
    );
    expect(await shredder()).toMatchObject({ late: true });
    await drain(workers);
    expect(await shredder()).toMatchObject({ late: false, overdueSince: null });
    await world.database.pool.query(`update workers set seen_at = now() - interval '2 minutes'`);
    expect(await shredder()).toMatchObject({ late: true });
  });

  test('has the shredder say once a day that it runs', async () => {
    const alive = async () => (await recordsOf(world)).filter(({ type }) => type === 'shredder.alive').length;
    const before = await alive();
    await drain(workers);
    await drain(workers);
    expect(await alive()).toBe(Math.max(before, 1));
    await world.database.pool.query(`update shredder_watch set recorded_at = now() - interval '25 hours'`);
    await lookAround(workers.shredder.ledger, workers.shred);
    expect(await alive()).toBe(Math.max(before, 1) + 1);
  });
});
