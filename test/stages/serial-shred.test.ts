import { PAGE_SIZE } from '@seedlot/domain';
import { requestShred, showLot, showShred } from '@seedlot/ledger';
import { shredDue } from '@seedlot/shredder';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { drain, lookAround } from '../world/drain.ts';
import { fetchDelivery } from '../world/factory.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { recordsOf } from '../world/published-log.ts';
import { openSeeds } from '../world/seeds.ts';
import { askForShred, printed, type Run, stateOf, without } from '../world/serial-shreds.ts';
import { soundWorkers, type Workers } from '../world/workers.ts';
import { cancel, createWorld, place, type World } from '../world/world.ts';

const never = new AbortController().signal;

let world: World;
let workers: Workers;
beforeEach(async () => {
  world = await createWorld();
  workers = await soundWorkers(world);
});
afterEach(() => world.end());

interface Dispatched {
  readonly lot: string;
  readonly order: string;
  readonly first: bigint;
  readonly seeds: ReadonlyMap<bigint, string>;
}

async function dispatched(quantity: number): Promise<Dispatched> {
  const placed = await place(world, quantity);
  await drain(workers);
  const seeds = await openSeeds(world, placed.lot);
  return { ...placed, seeds, first: BigInt((await showLot(world.ledger, placed.lot)).firstSerial) };
}

async function expectLiving({ lot, first, seeds }: Dispatched, ...gone: Run[]): Promise<void> {
  expect(await openSeeds(world, lot)).toEqual(without(seeds, first, gone));
}

async function highWater(): Promise<number[]> {
  return [await world.slots.seeds.highWater(), await world.slots.files.highWater()];
}

describe('serials that are shredded', () => {
  test('over two pages: theirs open no more, all others do, and the factory gets a file without them', async () => {
    const lot = await dispatched(PAGE_SIZE + 10);
    const old = await fetchDelivery(world, lot.lot);
    const gone: Run[] = [
      [3, 3],
      [PAGE_SIZE - 2, PAGE_SIZE + 3],
    ];
    const shred = await askForShred(world, workers, lot.lot, gone);
    await drain(workers);
    await expectLiving(lot, ...gone);
    expect((await showLot(world.ledger, lot.lot)).seeds).toEqual({ living: PAGE_SIZE + 3, shredded: 7 });
    const made = await fetchDelivery(world, lot.lot);
    expect(made.file).not.toBe(old.file);
    expect(made.seeds).toEqual(without(lot.seeds, lot.first, gone));
    expect(await showShred(world.ledger, shred)).toMatchObject({
      state: 'completed',
      quantity: 7,
      lot: null,
      filesDropped: [old.file],
      seedsRoot: { from: 1, to: 2 },
      filesRoot: { from: 1, to: 2 },
    });
    await expectNoLeftovers(world);
  });

  test('again and again, and at last the whole lot: it costs its keys, and no file is made again', async () => {
    const lot = await dispatched(20);
    await askForShred(world, workers, lot.lot, [[0, 4]]);
    await drain(workers);
    await askForShred(world, workers, lot.lot, [
      [10, 10],
      [5, 6],
    ]);
    await drain(workers);
    await expectLiving(lot, [0, 6], [10, 10]);
    const { shred, quantity } = await workers.api.commit(world.ops, effect =>
      requestShred(effect, { lot: lot.lot }),
    );
    expect(quantity).toBe(12);
    await drain(workers);
    expect(await stateOf(world, shred)).toBe('completed');
    expect((await showLot(world.ledger, lot.lot)).seeds).toEqual({ shredded: 20 });
    await expect(openSeeds(world, lot.lot)).rejects.toMatchObject({ code: 'lot_keys_missing' });
    await expect(fetchDelivery(world, lot.lot)).rejects.toMatchObject({ code: 'file_absent' });
    await expectNoLeftovers(world);
  });

  test('one by one until none lives: the last takes the keys of the lot', async () => {
    const lot = await dispatched(3);
    for (const index of [1, 0, 2]) {
      await askForShred(world, workers, lot.lot, [[index, index]]);
      await drain(workers);
    }
    expect((await showLot(world.ledger, lot.lot)).seeds).toEqual({ shredded: 3 });
    await expectNoLeftovers(world);
  });

  test('of several lots and shreds at once: one new root a ring', async () => {
    const lots = [await dispatched(5), await dispatched(5)];
    const [seeds, files] = await highWater();
    for (const { lot } of lots) await askForShred(world, workers, lot, [[1, 2]]);
    await askForShred(world, workers, lots[0]?.lot ?? '', [[4, 4]]);
    await shredDue(workers.shredder, never);
    expect(await highWater()).toEqual([(seeds ?? 0) + 1, (files ?? 0) + 1]);
    for (const lot of lots) await expectLiving(lot, [1, 2], ...(lot === lots[0] ? [[4, 4] as const] : []));
  });

  test('before the factory file: it is made without them, and they never leave the vendor', async () => {
    const { lot } = await place(world, 5);
    await lookAround(workers.generator.ledger, workers.generate);
    const [, files] = await highWater();
    await askForShred(world, workers, lot, [[2, 2]]);
    await shredDue(workers.shredder, never);
    expect((await highWater())[1]).toBe(files);
    await drain(workers);
    expect((await fetchDelivery(world, lot)).seeds.size).toBe(4);
    expect(await showLot(world.ledger, lot)).toMatchObject({ custody: { reserved: 1, dispatched: 4 } });
  });

  test('of a lot whose order is cancelled meanwhile: all of it goes', async () => {
    const lot = await dispatched(5);
    await askForShred(world, workers, lot.lot, [[2, 2]]);
    await cancel(world, lot.order);
    await drain(workers);
    expect(await showLot(world.ledger, lot.lot)).toMatchObject({
      state: 'cancelled',
      seeds: { shredded: 5 },
    });
    await expectNoLeftovers(world);
  });
});

describe('a request with serials in the way', () => {
  async function refused(request: Parameters<typeof requestShred>[1]): Promise<unknown> {
    const before = await recordsOf(world);
    const fault = await workers.api
      .commit(world.ops, effect => requestShred(effect, request))
      .then(
        () => null,
        (fault: unknown) => fault,
      );
    expect(await recordsOf(world)).toEqual(before);
    expect((await world.database.pool.query('select from shreds where intended_at is null')).rows).toEqual(
      [],
    );
    return fault;
  }

  test('names all of them, and nothing is done', async () => {
    const sealed = await dispatched(10);
    await askForShred(world, workers, sealed.lot, [[2, 3]]);
    await drain(workers);
    const { lot: unsealed } = await place(world, 5);
    const [run] = await printed(world, sealed.lot, [[0, 9]]);
    const [later] = await printed(world, unsealed, [[0, 9]]);
    const fault = await refused({
      serials: [run ?? { first: '', last: '' }, later ?? { first: '', last: '' }],
    });
    expect(fault).toMatchObject({ name: 'DomainError', code: 'transition_refused' });
    const [gone, open, unknown] = [
      ...(await printed(world, sealed.lot, [[2, 3]])),
      ...(await printed(world, unsealed, [
        [0, 4],
        [5, 9],
      ])),
    ].map(({ first, last }) => `${first}–${last}`);
    expect(String(fault)).toContain(`${gone} (shredded)`);
    expect(String(fault)).toContain(`${open} (${unsealed} is not sealed yet)`);
    expect(String(fault)).toContain(`${unknown} (in no lot)`);
  });

  test('is refused for what another shred takes, for what nobody reserved, and for what is no serial', async () => {
    const { lot } = await dispatched(10);
    const shred = await askForShred(world, workers, lot, [[2, 3]]);
    await workers.shredder.ledger.commit('service:shredder', async effect => {
      await effect.sql.updateTable('shreds').set({ intended_at: effect.at }).execute();
    });
    const taken = await refused({ serials: await printed(world, lot, [[3, 4]]) });
    expect(taken).toMatchObject({ code: 'transition_refused', message: expect.stringContaining(shred) });
    const cases = [
      { serials: await printed(world, lot, [[100, 101]]), code: 'unknown_serial' },
      { serials: [{ first: 'XY1', last: 'XY1' }], code: 'unknown_serial' },
      { serials: [{ first: '9', last: '9900000000001' }], code: 'invalid_input' },
      { serials: await printed(world, lot, [[5, 4]]), code: 'invalid_input' },
      { serials: [{ first: 'ex', last: 'ex' }], code: 'serial_malformed' },
      { serials: [], code: 'invalid_input' },
      { lot: 'lot-999999', code: 'unknown_lot' },
    ];
    for (const { code, ...request } of cases) {
      expect(await refused(request as Parameters<typeof requestShred>[1])).toMatchObject({ code });
    }
  });
});

describe('a damaged frontier', () => {
  test('is refused with its lot, is not overwritten, and holds up no shred of another lot', async () => {
    const [damaged, sound] = [await dispatched(10), await dispatched(10)];
    const { rows } = await world.database.pool.query<{ frontier: Buffer }>(
      'select frontier from seeds_ring.lot_keys where lot_id = $1',
      [damaged.lot],
    );
    const whole = rows[0]?.frontier ?? Buffer.alloc(0);
    const broken = Buffer.from(whole);
    broken[20] = (broken[20] ?? 0) ^ 1;
    const put = (bytes: Buffer) =>
      world.database.pool.query('update seeds_ring.lot_keys set frontier = $2 where lot_id = $1', [
        damaged.lot,
        bytes,
      ]);
    await put(broken);
    const waiting = await askForShred(world, workers, damaged.lot, [[1, 1]]);
    const done = await askForShred(world, workers, sound.lot, [[1, 1]]);
    await expect(shredDue(workers.shredder, never)).rejects.toMatchObject({
      code: 'frontier_damaged',
      message: expect.stringContaining(damaged.lot),
    });
    expect([await stateOf(world, waiting), await stateOf(world, done)]).toEqual(['intended', 'completed']);
    await expectLiving(sound, [1, 1]);
    expect(
      (
        await world.database.pool.query('select frontier from seeds_ring.lot_keys where lot_id = $1', [
          damaged.lot,
        ])
      ).rows,
    ).toEqual([{ frontier: broken }]);
    await put(whole);
    await letLeasesEnd(world);
    await drain(workers);
    expect(await stateOf(world, waiting)).toBe('completed');
    await expectLiving(damaged, [1, 1]);
  });
});

test('nothing due in a ring leaves its root', async () => {
  await dispatched(3);
  const before = await highWater();
  await shredDue(workers.shredder, never);
  expect(await highWater()).toEqual(before);
});
