import {
  abandonHeld,
  cancelDelivery,
  confirmHold,
  isShredDue,
  showHold,
  showLot,
  shredFiles,
} from '@seedlot/ledger';
import { shredDue } from '@seedlot/shredder';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { burnLot, deliver } from '../world/deliveries.ts';
import { drain, lookAround } from '../world/drain.ts';
import { age, endHold, hold } from '../world/holds.ts';
import { recordsOf } from '../world/published-log.ts';
import { openSeeds } from '../world/seeds.ts';
import { askForShred, printed, stateOf } from '../world/serial-shreds.ts';
import { plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { cancel, createWorld, place, type World } from '../world/world.ts';

const never = new AbortController().signal;

let world: World;
let workers: Workers;
beforeEach(async () => {
  world = await createWorld();
  workers = await soundWorkers(world);
});
afterEach(() => world.end());

async function sealed(quantity = 10): Promise<{ lot: string; order: string }> {
  const placed = await place(world, quantity);
  await lookAround(workers.generator.ledger, workers.generate);
  return placed;
}

async function living(lot: string): Promise<number> {
  return (await openSeeds(world, lot)).size;
}

async function abandonment(shred: string): Promise<unknown> {
  const lines = (await recordsOf(world)).filter(({ type }) => type === 'shred.abandoned');
  return lines.map(({ line }) => JSON.parse(line.toString())).find(record => record.shred === shred);
}

async function exportOf(delivery: string): Promise<{ id: string; dropped_at: Date | null }> {
  return world.ledger.sql
    .selectFrom('files')
    .select(['id', 'dropped_at'])
    .where('delivery_id', '=', delivery)
    .executeTakeFirstOrThrow();
}

describe('a hold', () => {
  test('that comes before the shredder looks: the shred is given up, and every seed lives', async () => {
    const { lot } = await sealed();
    const shred = await askForShred(world, workers, lot, [[2, 3]]);
    const { hold: id, late } = await hold(world, workers, { lot });
    expect(late).toEqual({ quantity: 0, serials: [] });
    await drain(workers);
    expect(await stateOf(world, shred)).toBe('abandoned');
    expect(await abandonment(shred)).toMatchObject({ code: 'hold_in_force', hold: id });
    expect(await living(lot)).toBe(10);
  });

  test('that comes between intent and rotation stops the shred, too', async () => {
    const { lot } = await sealed();
    const shred = await askForShred(world, workers, lot, [[2, 3]]);
    const inTheWay = await workersBetween(async () => {
      await hold(world, workers, { serials: await printed(world, lot, [[3, 5]]) });
    });
    await shredDue(inTheWay.shredder, never);
    expect((await recordsOf(world)).map(({ type }) => type)).toContain('shred.intent');
    expect(await stateOf(world, shred)).toBe('abandoned');
    expect(await living(lot)).toBe(10);
  });

  test('that comes after the rotation tells which serials it came too late for', async () => {
    const { lot } = await sealed();
    await askForShred(world, workers, lot, [[2, 3]]);
    await drain(workers);
    const { late } = await hold(world, workers, { lot });
    expect(late).toEqual({ quantity: 2, serials: await printed(world, lot, [[2, 3]]) });
  });

  test('waits for the transaction of a shred that was there first, and then tells the truth', async () => {
    const { lot } = await sealed();
    await askForShred(world, workers, lot, [[0, 0]]);
    let setting: ReturnType<typeof hold> | undefined;
    const stopped = await workersBetween(async () => {
      const rotation = shredDue(workers.shredder, never);
      setting = hold(world, workers, { lot });
      await rotation;
    });
    await shredDue(stopped.shredder, never);
    const late = (await setting)?.late.quantity;
    expect([late, await living(lot)]).toEqual(late === 0 ? [0, 10] : [1, 9]);
  });
});

/** Workers whose shredder lets `meanwhile` happen before the transaction that follows its intent. */
async function workersBetween(meanwhile: () => Promise<void>): Promise<Workers> {
  const ports = plainPorts(world);
  let transactions = 0;
  const between = workersOn({
    ...ports,
    pool: role => {
      const pool = ports.pool(role);
      if (role !== 'seedlot_shredder') return pool;
      return new Proxy(pool, {
        get(target, name) {
          if (name === 'connect') {
            return async () => {
              transactions += 1;
              if (transactions === 2) await meanwhile();
              return target.connect();
            };
          }
          const own = Reflect.get(target, name);
          return typeof own === 'function' ? own.bind(target) : own;
        },
      });
    },
  });
  return between;
}

describe('what a hold covers', () => {
  test('of a customer: also what is delivered to it later', async () => {
    const { lot } = await sealed();
    await drain(workers);
    await burnLot(world, lot);
    await hold(world, workers, { customer: 'globex' });
    const free = await askForShred(world, workers, lot, [[9, 9]]);
    await drain(workers);
    expect(await stateOf(world, free)).toBe('completed');
    const shred = await askForShred(world, workers, lot, [[0, 1]]);
    await deliver(world, [{ lot, first: 0, after: 2 }]);
    await drain(workers);
    expect(await stateOf(world, shred)).toBe('abandoned');
    expect(await living(lot)).toBe(9);
  });

  test('of a delivery, also after it was cancelled', async () => {
    const { lot } = await sealed();
    await drain(workers);
    await burnLot(world, lot);
    const delivery = await deliver(world, [{ lot, first: 4, after: 6 }]);
    await hold(world, workers, { delivery });
    await workers.api.commit(world.ops, effect => cancelDelivery(effect, delivery));
    const shred = await askForShred(world, workers, lot, [[5, 7]]);
    await drain(workers);
    expect(await stateOf(world, shred)).toBe('abandoned');
  });

  test('the stored files that hold its serials: their shred waits, and is not due, until it ends', async () => {
    const { lot } = await sealed();
    await drain(workers);
    await burnLot(world, lot);
    const delivery = await deliver(world, [{ lot, first: 0, after: 3 }]);
    await drain(workers);
    const { hold: id } = await hold(world, workers, { serials: await printed(world, lot, [[1, 1]]) });
    const { id: file } = await exportOf(delivery);
    const shred = await workers.api.commit(world.ops, async effect => {
      await shredFiles(effect, 'file_replaced', { files: [file] });
      const { id } = await effect.sql.selectFrom('shreds').select('id').executeTakeFirstOrThrow();
      return id;
    });
    expect(await isShredDue(world.ledger)).toBe(false);
    await shredDue(workers.shredder, never);
    expect(await stateOf(world, shred)).toBe('requested');
    expect(await exportOf(delivery)).toMatchObject({ id: file, dropped_at: null });
    await endHold(world, id);
    expect(await isShredDue(world.ledger)).toBe(true);
    await drain(workers);
    expect(await stateOf(world, shred)).toBe('completed');
  });

  test('of a cancelled lot its serials alone: the others go, these when the hold ends', async () => {
    const { lot, order } = await sealed();
    const { hold: id } = await hold(world, workers, { serials: await printed(world, lot, [[4, 5]]) });
    await cancel(world, order);
    await drain(workers);
    expect(await isShredDue(world.ledger)).toBe(false);
    expect((await showLot(world.ledger, lot)).seeds).toEqual({ living: 2, shredded: 8 });
    await endHold(world, id);
    await drain(workers);
    expect((await showLot(world.ledger, lot)).seeds).toEqual({ shredded: 10 });
  });
});

describe('the time of a hold', () => {
  const goes = async (lot: string) => {
    const shred = await askForShred(world, workers, lot, [[0, 0]]);
    await drain(workers);
    return (await stateOf(world, shred)) === 'completed';
  };

  test('unconfirmed it lapses after 72 hours, and can be confirmed no more', async () => {
    const { lot } = await sealed();
    const { hold: id } = await hold(world, workers, { lot });
    await age(world, id, 71);
    expect(await goes(lot)).toBe(false);
    await age(world, id, 1);
    expect(await goes(lot)).toBe(true);
    expect((await showHold(world.ledger, id)).state).toBe('lapsed');
    await expect(workers.api.commit(world.approver, effect => confirmHold(effect, id))).rejects.toMatchObject(
      { code: 'hold_ended' },
    );
  });

  test('confirmed by another person it lasts until its end', async () => {
    const { lot } = await sealed();
    const { hold: id } = await hold(world, workers, { lot });
    const confirm = (who: string) => workers.api.commit(who, effect => confirmHold(effect, id));
    await expect(confirm(world.ops)).rejects.toMatchObject({ name: 'LedgerError', code: 'hold_by_setter' });
    expect((await confirm(world.approver)).state).toBe('confirmed');
    await expect(confirm(world.approver)).rejects.toMatchObject({ code: 'hold_confirmed' });
    await age(world, id, 73);
    expect(await goes(lot)).toBe(false);
    await world.database.pool.query(`update holds set ends_at = now() where id = $1`, [id]);
    expect(await goes(lot)).toBe(true);
    expect((await showHold(world.ledger, id)).state).toBe('ended');
  });

  test('the database itself refuses a confirmation by who has set it', async () => {
    const { lot } = await sealed();
    const { hold: id } = await hold(world, workers, { lot });
    await expect(
      world.database.pool.query(
        'update holds set confirmed_by = set_by, confirmed_at = now() where id = $1',
        [id],
      ),
    ).rejects.toMatchObject({ code: '23514' });
  });
});

describe('a hold is refused', () => {
  test.each([
    ['on a lot that is none', { lot: 'lot-999999' }, 'unknown_lot'],
    ['on a delivery that is none', { delivery: 'delivery-999999' }, 'unknown_delivery'],
    ['on a customer that is none', { customer: 'nobody' }, 'unknown_customer'],
    ['on what is no serial', { serials: [{ first: 'x', last: 'x' }] }, 'serial_malformed'],
  ])('%s', async (_, on, code) => {
    await expect(hold(world, workers, on)).rejects.toMatchObject({ name: 'DomainError', code });
    expect((await world.database.pool.query('select from holds')).rowCount).toBe(0);
  });

  test('on serials that nobody has reserved, every one of them named', async () => {
    const { lot } = await sealed();
    const [known, unknown] = await printed(world, lot, [
      [0, 3],
      [12, 14],
    ]);
    const runs = [known, unknown, { first: 'XY1', last: 'XY1' }].filter(run => run !== undefined);
    await expect(hold(world, workers, { serials: runs })).rejects.toMatchObject({
      code: 'unknown_serial',
      message: `No order has reserved ${unknown?.first}–${unknown?.last}, XY1`,
    });
  });
});

test('nothing is given up without a hold', async () => {
  const { lot } = await sealed();
  const shred = await askForShred(world, workers, lot, [[0, 0]]);
  await workers.shredder.ledger.commit('service:shredder', abandonHeld);
  expect(await stateOf(world, shred)).toBe('requested');
});
