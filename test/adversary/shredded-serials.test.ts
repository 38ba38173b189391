import type { Keyring } from '@seedlot/erasable';
import { slotWith } from '@seedlot/erasable/testing';
import { readKeyring, showLot } from '@seedlot/ledger';
import { seedShredder } from '@seedlot/shredder';
import { afterEach, describe, expect, test } from 'vitest';
import { drain } from '../world/drain.ts';
import { fetchDelivery } from '../world/factory.ts';
import { openSeeds } from '../world/seeds.ts';
import { askForShred, type Run, stateOf, without } from '../world/serial-shreds.ts';
import { plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';
import { Adversary } from './adversary.ts';
import { ForgetfulKeyring, LazyKeyring, uncheckedWith } from './broken-shredder.ts';

const QUANTITY = 20;
const GONE: readonly Run[] = [
  [0, 0],
  [7, 9],
];
const LATER: readonly Run[] = [
  [3, 3],
  [18, 19],
];

interface Scene {
  readonly world: World;
  readonly adversary: Adversary;
  readonly lot: string;
  readonly first: bigint;
  readonly seeds: ReadonlyMap<bigint, string>;
  /** Of the factory file with all seeds in it. */
  readonly message: number;
}

let scene: Scene;
afterEach(() => scene.world.end());

/** A dispatched lot in a keyring that has seen shreds of other serials before, everything copied. */
async function setScene(): Promise<Workers> {
  const world = await createWorld();
  const adversary = await Adversary.watching(world);
  const workers = await soundWorkers(world);
  const [other, { lot }] = [await place(world, 5), await place(world, QUANTITY)];
  await drain(workers);
  await askForShred(world, workers, other.lot, [[1, 1]]);
  await drain(workers);
  const { firstSerial } = await showLot(world.ledger, lot);
  const { message } = await fetchDelivery(world, lot);
  const seeds = await openSeeds(world, lot);
  scene = { world, adversary, lot, first: BigInt(firstSerial), seeds, message: message.length };
  await adversary.copyObjects();
  return workers;
}

async function shred(workers: Workers, runs: readonly Run[]): Promise<void> {
  const id = await askForShred(scene.world, workers, scene.lot, runs);
  await drain(workers);
  expect(await stateOf(scene.world, id)).toBe('completed');
}

const left = (...runs: Run[]) => new Set(without(scene.seeds, scene.first, runs).values());

async function stolenSeeds(): Promise<ReadonlySet<string>> {
  return (await scene.adversary.steal(scene.lot)).seeds;
}

describe('an adversary with every copy of everything, and the roots of today', () => {
  test('opens every living seed and no shredded one, and of the files only the one of today', async () => {
    const workers = await setScene();
    expect(await stolenSeeds()).toEqual(left());
    await shred(workers, GONE);
    const { message } = await fetchDelivery(scene.world, scene.lot);
    expect(await scene.adversary.steal(scene.lot)).toEqual({
      seeds: left(...GONE),
      fileBytes: message.length,
    });
  });

  test('opens no more after more serials were shredded, in this lot and in others', async () => {
    const workers = await setScene();
    await shred(workers, GONE);
    const later = await place(scene.world, 5);
    await drain(workers);
    await askForShred(scene.world, workers, later.lot, [[1, 2]]);
    await shred(workers, LATER);
    expect(await stolenSeeds()).toEqual(left(...GONE, ...LATER));
  });
});

describe('the adversary finds out', () => {
  test('a frontier key that would stay what it was: nothing is sealed under it, nothing is lost', async () => {
    const workers = await setScene();
    const old = await keyOfFrontier(workers.shredder.rings.seeds.keyring);
    const shredder = { ...workers.shredder, keys: { draw: () => old } };
    // Sealing another version under the same key is refused before anything is lost.
    const id = await askForShred(scene.world, workers, scene.lot, GONE);
    const broken = seedShredder(shredder).look({}, new AbortController().signal);
    await expect(broken).rejects.toMatchObject({ code: 'frontier_key_reused' });
    expect(await stateOf(scene.world, id)).toBe('intended');
    expect(await stolenSeeds()).toEqual(left());
  });

  test('roots of a shred that were said to be destroyed and were not', async () => {
    await setScene();
    const { slots } = scene.world;
    const ports = plainPorts(scene.world);
    const workers = workersOn({
      ...ports,
      slots: {
        seeds: undead(slots.seeds),
        files: undead(slots.files),
      },
    });
    await shred(workers, GONE);
    expect(await stolenSeeds()).toEqual(left());
  });

  test('a file that holds shredded serials and was kept', async () => {
    const workers = await setScene();
    await shred(uncheckedWith(workers, ForgetfulKeyring, ['files']), GONE);
    const { seeds, fileBytes } = await scene.adversary.steal(scene.lot);
    expect(seeds).toEqual(left(...GONE));
    const { message } = await fetchDelivery(scene.world, scene.lot);
    expect(fileBytes).toBe(scene.message + message.length);
  });

  test('a shred that rotates nothing: it is never completed, and nothing is lost', async () => {
    const workers = await setScene();
    const lazy = uncheckedWith(workers, LazyKeyring, ['seeds']);
    const id = await askForShred(scene.world, workers, scene.lot, GONE);
    await expect(lazy.shred.look({}, new AbortController().signal)).rejects.toMatchObject({
      code: 'frontier_damaged',
    });
    expect(await stateOf(scene.world, id)).not.toBe('completed');
  });
});

/** Says that its old roots are gone. */
function undead(slot: World['slots']['seeds']): World['slots']['seeds'] {
  return slotWith(slot, { destroy: async () => {}, list: async () => (await slot.list()).slice(-1) });
}

async function keyOfFrontier(keyring: Keyring) {
  const { pool } = scene.world.database;
  const { rows } = await pool.query<{ id: string }>(
    'select frontier_key::text as id from seeds_ring.lot_keys where lot_id = $1',
    [scene.lot],
  );
  return keyring.openKey(readKeyring(scene.world.ledger, 'seeds'), rows[0]?.id ?? '');
}
