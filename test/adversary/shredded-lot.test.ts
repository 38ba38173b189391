import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { FileRootSlot, type RootSlot, randomKeys } from '@seedlot/erasable';
import { slotWith } from '@seedlot/erasable/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { drain } from '../world/drain.ts';
import { type Delivery, fetchDelivery } from '../world/factory.ts';
import { recordsOf } from '../world/published-log.ts';
import { plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { cancel, createWorld, place, type World } from '../world/world.ts';
import { Adversary } from './adversary.ts';
import { ForgetfulKeyring, LazyKeyring, uncheckedWith } from './broken-shredder.ts';

const QUANTITY = 20;

interface Scene {
  readonly world: World;
  readonly adversary: Adversary;
  readonly living: { readonly lot: string; readonly delivery: Delivery };
  readonly victim: { readonly order: string; readonly lot: string; readonly delivery: Delivery };
}

let scene: Scene;
afterEach(() => scene.world.end());

/** A living lot and one that is to be shredded, both dispatched by `workers`, in keyrings that have seen a shred before. */
async function setScene(workersOf = soundWorkers): Promise<void> {
  const world = await createWorld();
  const adversary = await Adversary.watching(world);
  const workers = await workersOf(world);
  const [first, kept, doomed] = [
    await place(world, 1),
    await place(world, QUANTITY),
    await place(world, QUANTITY),
  ];
  await drain(workers);
  await cancel(world, first.order);
  await drain(workers);
  scene = {
    world,
    adversary,
    living: { lot: kept.lot, delivery: await fetchDelivery(world, kept.lot) },
    victim: { ...doomed, delivery: await fetchDelivery(world, doomed.lot) },
  };
  await adversary.copyObjects();
}

async function shredVictim(workers: Workers): Promise<void> {
  await cancel(scene.world, scene.victim.order);
  await drain(workers);
  const types = (await recordsOf(scene.world, scene.victim.lot)).map(({ type }) => type);
  expect(types.at(-1)).toBe('shred.completed');
}

const all = ({ delivery }: { delivery: Delivery }) => ({
  seeds: new Set(delivery.seeds.values()),
  fileBytes: delivery.message.length,
});
const nothing = { seeds: new Set(), fileBytes: 0 };

describe('an adversary with every copy of everything, and the roots of today', () => {
  beforeEach(() => setScene());

  test('opens both lots before the shred', async () => {
    expect(await scene.adversary.steal(scene.living.lot)).toEqual(all(scene.living));
    expect(await scene.adversary.steal(scene.victim.lot)).toEqual(all(scene.victim));
  });

  test('opens no seed and no byte of the file of a shredded lot, and all of a living one', async () => {
    await shredVictim(await soundWorkers(scene.world));
    expect(await scene.adversary.steal(scene.victim.lot)).toEqual(nothing);
    expect(await scene.adversary.steal(scene.living.lot)).toEqual(all(scene.living));
  });

  test('opens no more after later shreds have moved the living keys again', async () => {
    const workers = await soundWorkers(scene.world);
    await shredVictim(workers);
    const later = await place(scene.world, QUANTITY);
    await drain(workers);
    await cancel(scene.world, later.order);
    await drain(workers);
    expect(await scene.adversary.steal(scene.victim.lot)).toEqual(nothing);
    expect(await scene.adversary.steal(scene.living.lot)).toEqual(all(scene.living));
  });
});

describe('the adversary finds out', () => {
  test('a root that was said to be destroyed and was not', async () => {
    await setScene();
    const undead = (slot: RootSlot) =>
      slotWith(slot, { destroy: async () => {}, list: async () => (await slot.list()).slice(-1) });
    const { seeds, files } = scene.world.slots;
    const ports = { ...plainPorts(scene.world), slots: { seeds: undead(seeds), files: undead(files) } };
    await shredVictim(workersOn(ports));
    expect(await scene.adversary.steal(scene.victim.lot)).toEqual(all(scene.victim));
  });

  test('a source of keys that repeats itself', async () => {
    const key = randomKeys.draw();
    const repeating = async (world: World) => {
      await soundWorkers(world);
      return workersOn({ ...plainPorts(world), keys: { draw: () => key } });
    };
    await setScene(repeating);
    await shredVictim(await repeating(scene.world));
    const { seeds } = await scene.adversary.steal(scene.victim.lot);
    expect(seeds).toEqual(all(scene.victim).seeds);
  });

  test('a backup that reaches the root slots', async () => {
    await setScene();
    const { folder } = scene.world;
    await cp(join(folder, 'slots'), join(folder, 'backup'), { recursive: true });
    await shredVictim(await soundWorkers(scene.world));
    for (const ring of ['seeds', 'files'] as const) {
      scene.adversary.moreSlots[ring].push(await FileRootSlot.at(join(folder, 'backup', ring)));
    }
    expect(await scene.adversary.steal(scene.victim.lot)).toEqual(all(scene.victim));
  });

  test('a shred that deletes rows and leaves the root as it is', async () => {
    await setScene();
    await shredVictim(uncheckedWith(await soundWorkers(scene.world), LazyKeyring, ['seeds', 'files']));
    expect(await scene.adversary.steal(scene.victim.lot)).toEqual(all(scene.victim));
  });

  test('a shred that forgets the stored file', async () => {
    await setScene();
    await shredVictim(uncheckedWith(await soundWorkers(scene.world), ForgetfulKeyring, ['files']));
    expect(await scene.adversary.steal(scene.victim.lot)).toEqual({ ...all(scene.victim), seeds: new Set() });
  });
});
