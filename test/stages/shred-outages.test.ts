import { ErasableError } from '@seedlot/erasable';
import { slotWith } from '@seedlot/erasable/testing';
import { currentFile, shredFiles } from '@seedlot/ledger';
import { ObjectStoreError } from '@seedlot/object-store';
import { shredDue } from '@seedlot/shredder';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drain } from '../world/drain.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { openSeeds } from '../world/seeds.ts';
import { askForShred, stateOf } from '../world/serial-shreds.ts';
import { storeWith } from '../world/store-with.ts';
import { plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';

const never = new AbortController().signal;

let world: World;
let workers: Workers;
let lot: string;
beforeEach(async () => {
  world = await createWorld();
  workers = await soundWorkers(world);
  ({ lot } = await place(world, 5));
  await drain(workers);
});
afterEach(() => world.end());

const cut = () => Promise.reject(new ObjectStoreError('store_unreachable', 'a cable is out'));

/** Both old roots stand, every living seed opens, and once all is well again the shred comes to its end. */
async function expectHeldUp(shred: string, state: string): Promise<void> {
  expect(await stateOf(world, shred)).toBe(state);
  expect(await world.slots.seeds.list()).toEqual([1, 2]);
  expect((await openSeeds(world, lot)).size).toBe(4);
  await letLeasesEnd(world);
  await drain(workers);
  expect(await stateOf(world, shred)).toBe('completed');
  await expectNoLeftovers(world);
}

test('an object store that does not answer keeps every root', async () => {
  const shred = await askForShred(world, workers, lot, [[1, 1]]);
  const objects = storeWith(world.objects, { put: cut });
  await expect(shredDue({ ...workers.shredder, objects }, never)).rejects.toMatchObject({
    code: 'store_unreachable',
  });
  await expectHeldUp(shred, 'keys_erased');
});

test('a mirrored frontier that comes back with another byte keeps every root', async () => {
  const shred = await askForShred(world, workers, lot, [[1, 1]]);
  const flipped = storeWith(world.objects, {
    read: async function* (name, range) {
      for await (const chunk of world.objects.read(name, range)) {
        const bytes = Buffer.from(chunk);
        if (name.includes('/frontiers/lot-')) bytes[bytes.length - 9] = (bytes.at(-9) ?? 0) ^ 1;
        yield bytes;
      }
    },
  });
  const code = expect.stringMatching(/^(mirror_malformed|frontier_damaged)$/);
  await expect(shredDue({ ...workers.shredder, objects: flipped }, never)).rejects.toMatchObject({ code });
  await expectHeldUp(shred, 'keys_erased');
});

test('a slot that destroys nothing leaves the shred open', async () => {
  const shred = await askForShred(world, workers, lot, [[1, 1]]);
  const destroy = () => Promise.reject(new ErasableError('slot_unreachable', 'no answer'));
  const slots = { ...world.slots, seeds: slotWith(world.slots.seeds, { destroy }) };
  const held = workersOn({ ...plainPorts(world), slots });
  await expect(shredDue(held.shredder, never)).rejects.toMatchObject({ code: 'slot_unreachable' });
  await expectHeldUp(shred, 'keys_erased');
});

test('a stored file alone is dropped without a new root of the seeds ring', async () => {
  const { file } = await currentFile(world.ledger, lot);
  await workers.dispatcher.ledger.commit('service:factory-dispatcher', effect =>
    shredFiles(effect, 'file_replaced', { files: [file] }),
  );
  await drain(workers);
  expect([await world.slots.seeds.list(), await world.slots.files.list()]).toEqual([[1], [2]]);
  expect((await openSeeds(world, lot)).size).toBe(5);
  expect((await currentFile(world.ledger, lot)).file).not.toBe(file);
  await expectNoLeftovers(world);
});
