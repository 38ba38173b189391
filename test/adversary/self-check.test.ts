import { slotWith } from '@seedlot/erasable/testing';
import { ShredderError, type ShredParts, shredDue } from '@seedlot/shredder';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drain } from '../world/drain.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { recordsOf } from '../world/published-log.ts';
import { plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { cancel, createWorld, place, type World } from '../world/world.ts';
import { LazyKeyring, withKeyring } from './broken-shredder.ts';

let world: World;
let workers: Workers;
let victim: { order: string; lot: string };
beforeEach(async () => {
  world = await createWorld();
  workers = await soundWorkers(world);
  victim = await place(world, 3);
  await drain(workers);
  await cancel(world, victim.order);
});
afterEach(() => world.end());

async function expectRefusal(shredder: ShredParts): Promise<void> {
  const refusal = { constructor: ShredderError, code: 'self_check_failed' };
  await expect(shredDue(shredder, new AbortController().signal)).rejects.toMatchObject(refusal);
  const types = (await recordsOf(world, victim.lot)).map(({ type }) => type);
  expect(types.at(-1)).toBe('shred.intent');
}

test('no shred is completed while a root that it ended still exists', async () => {
  const { seeds, files } = world.slots;
  const undead = { seeds: slotWith(seeds, { destroy: async () => {} }), files };
  await expectRefusal(workersOn({ ...plainPorts(world), slots: undead }).shredder);
  await letLeasesEnd(world);
  await drain(workers);
  expect((await recordsOf(world, victim.lot)).at(-1)?.type).toBe('shred.completed');
  expect(await seeds.list()).toHaveLength(1);
});

test('no shred is completed whose rotation was none', async () => {
  await expectRefusal(withKeyring(workers.shredder, LazyKeyring, ['seeds']));
});
