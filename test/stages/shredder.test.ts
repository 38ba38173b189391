import { setTimeout as pause } from 'node:timers/promises';
import { grantLease, type Lease, lockRing, releaseLease, showLot } from '@seedlot/ledger';
import { shredDue } from '@seedlot/shredder';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drain, lookAround } from '../world/drain.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { recordsOf } from '../world/published-log.ts';
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

async function lease(lot: string): Promise<Lease> {
  return workers.dispatcher.ledger.commit('service:factory-dispatcher', async effect => {
    const { epoch } = await lockRing(effect, 'seeds', 'shared');
    return grantLease(effect, { ring: 'seeds', lots: [lot], epoch, holder: 'a dispatcher' });
  });
}

async function rotated(): Promise<{ from: number }> {
  for (;;) {
    const { rows } = await world.database.pool.query<{ from: number }>(
      'select seeds_root_from as from from shreds where files_dropped_at is not null',
    );
    if (rows[0] !== undefined) return rows[0];
    await pause(10);
  }
}

async function sealedLots(count: number): Promise<{ order: string; lot: string }[]> {
  const lots = [];
  for (let i = 0; i < count; i++) lots.push(await place(world, 3));
  await lookAround(workers.generator.ledger, workers.generate);
  return lots;
}

test('a root outlives every lease that was granted under it; meanwhile the lot gets no other', async () => {
  const [victim, other] = (await sealedLots(2)).values();
  const held = await lease(victim?.lot ?? '');
  await cancel(world, victim?.order ?? '');
  const shred = shredDue(workers.shredder, never);
  const { from } = await rotated();
  await expect(lease(victim?.lot ?? '')).rejects.toMatchObject({ code: 'lease_refused' });
  await lease(other?.lot ?? '');
  expect(await world.slots.seeds.list()).toContain(from);
  expect((await showLot(world.ledger, victim?.lot ?? '')).seeds).toEqual({ shredding: 3 });
  await workers.dispatcher.ledger.commit('service:factory-dispatcher', effect => releaseLease(effect, held));
  await shred;
  expect(await world.slots.seeds.list()).not.toContain(from);
  expect((await showLot(world.ledger, victim?.lot ?? '')).seeds).toEqual({ shredded: 3 });
});

test('a shredder that is told to stop while it waits for a lease leaves the root, and the next one goes on', async () => {
  const [victim] = await sealedLots(1);
  const held = await lease(victim?.lot ?? '');
  await cancel(world, victim?.order ?? '');
  const stopping = new AbortController();
  const shred = shredDue(workers.shredder, stopping.signal);
  const { from } = await rotated();
  stopping.abort();
  await expect(shred).rejects.toMatchObject({ name: 'AbortError' });
  expect(await world.slots.seeds.list()).toContain(from);
  await workers.dispatcher.ledger.commit('service:factory-dispatcher', effect => releaseLease(effect, held));
  await drain(workers);
  expect(await world.slots.seeds.list()).not.toContain(from);
  await expectNoLeftovers(world);
});

test('all that is due is shredded under one new root a ring', async () => {
  const lots = await sealedLots(5);
  const before = await world.slots.seeds.highWater();
  for (const { order } of lots) await cancel(world, order);
  await shredDue(workers.shredder, never);
  expect(await world.slots.seeds.highWater()).toBe(before + 1);
  for (const { lot } of lots) {
    expect((await showLot(world.ledger, lot)).seeds).toEqual({ shredded: 3 });
    expect((await recordsOf(world, lot)).at(-1)?.type).toBe('shred.completed');
  }
});

test('a lot that was cancelled before its first seed has nothing to shred', async () => {
  const { order, lot } = await place(world, 3);
  const before = await world.slots.seeds.highWater();
  await cancel(world, order);
  await drain(workers);
  expect(await showLot(world.ledger, lot)).toMatchObject({ state: 'cancelled', seeds: { none: 3 } });
  expect(await world.slots.seeds.highWater()).toBe(before);
  expect((await recordsOf(world, lot)).at(-1)?.type).toBe('order.cancelled');
});

test('the mirror of the present root opens, and no mirror is overwritten', async () => {
  const lots = await sealedLots(2);
  const mirrors = async () => {
    const names = await Array.fromAsync(world.objects.list('mirror/'));
    return Promise.all(
      names.map(async name => [
        name,
        Buffer.concat(await Array.fromAsync(world.objects.read(name))).toString(),
      ]),
    );
  };
  await cancel(world, lots[0]?.order ?? '');
  await drain(workers);
  const first = await mirrors();
  expect(first.map(([name]) => name)).toEqual([
    'mirror/files/000000001',
    'mirror/frontiers/000000002',
    'mirror/seeds/000000002',
  ]);
  await cancel(world, lots[1]?.order ?? '');
  await drain(workers);
  expect(await mirrors()).toEqual(expect.arrayContaining(first));
  expect(await mirrors()).toHaveLength(6);
});
