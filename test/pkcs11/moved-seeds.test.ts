import { join } from 'node:path';
import { FileRootSlot, Keyring, type RootSlot } from '@seedlot/erasable';
import { PostgresKeyringStore } from '@seedlot/ledger';
import { Pkcs11RootSlot } from '@seedlot/pkcs11-slot';
import { moveRoot } from '@seedlot/shredder';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lacks } from '../setup/requirements.ts';
import { drain } from '../world/drain.ts';
import { expectLogPublished } from '../world/published-log.ts';
import { openSeeds } from '../world/seeds.ts';
import { plainPorts, soundWorkers, workersOn } from '../world/workers.ts';
import { cancel, createWorld, place, type World } from '../world/world.ts';
import { SoftHsm } from './soft-hsm.ts';

const NEVER = new AbortController().signal;

describe.skipIf(lacks('softhsm2'))('seeds whose ring moves', () => {
  let hsm: SoftHsm;
  let world: World;
  beforeAll(async () => {
    hsm = await SoftHsm.make();
  });
  afterAll(() => hsm[Symbol.asyncDispose]());
  beforeEach(async () => {
    world = await createWorld();
    await drain(await soundWorkers(world));
  });
  afterEach(() => world.end());

  /** The world, with the seeds ring in `slot`. */
  const worldOn = (slot: RootSlot): World => ({ ...world, slots: { ...world.slots, seeds: slot } });
  const workersIn = (slot: RootSlot) => workersOn(plainPorts(worldOn(slot)));
  const move = async (from: RootSlot, to: RootSlot, name: string) => {
    const { ledger, rings, objects } = workersIn(from).shredder;
    const here = { address: `before ${name}`, adapter: 'test' };
    const there = { address: name, adapter: 'test', slot: to };
    await moveRoot({ ledger, rings, objects, ring: 'seeds', from: here, to: there, added: [to] }, NEVER);
  };

  it('open in a token and in the folder after it, are made and shredded there, and no root is left behind', async () => {
    const { lot } = await place(world, 3);
    await drain(workersIn(world.slots.seeds));
    const seeds = await openSeeds(world, lot);
    const token = await Pkcs11RootSlot.at(hsm.address(), 'seeds', {});
    await move(world.slots.seeds, token, 'token');
    expect(await openSeeds(worldOn(token), lot)).toEqual(seeds);
    expect(await world.slots.seeds.list()).toEqual([]);

    const [kept, gone] = [await place(world, 2), await place(world, 2)];
    await drain(workersIn(token));
    const more = await openSeeds(worldOn(token), kept.lot);
    await cancel(world, gone.order);
    await drain(workersIn(token));
    await expect(openSeeds(worldOn(token), gone.lot)).rejects.toThrow();
    expect(await token.list()).toEqual([await token.highWater()]);

    const folder = await FileRootSlot.at(join(world.folder, 'slots', 'after'));
    await move(token, folder, 'folder');
    expect(await openSeeds(worldOn(folder), lot)).toEqual(seeds);
    expect(await openSeeds(worldOn(folder), kept.lot)).toEqual(more);
    expect(await token.list()).toEqual([]);
    const epoch = await new PostgresKeyringStore(world.ledger, 'seeds').epoch();
    expect(epoch).toBeGreaterThan(await token.highWater());
    expect(await folder.list()).toEqual([epoch]);
    await drain(workersIn(folder));
    await expectLogPublished(world);
  });

  it('open for nobody who kept the rows from before, with the token of today', async () => {
    const { lot } = await place(world, 3);
    await drain(workersIn(world.slots.seeds));
    const before = await new PostgresKeyringStore(world.ledger, 'seeds').snapshot('all');
    const token = await Pkcs11RootSlot.at(hsm.address(), 'seeds', {});
    await move(world.slots.seeds, token, 'token');
    const stolen = { ring: 'seeds' as const, find: async () => before, snapshot: async () => before };
    const ids = before.keys.map(key => key.id);
    expect(ids.length).toBeGreaterThan(0);
    for (const slot of [token, world.slots.seeds]) {
      const opening = new Keyring('seeds', slot).openKeys(stolen, ids);
      await expect(opening).rejects.toMatchObject({ code: 'root_missing' });
    }
    expect((await openSeeds(worldOn(token), lot)).size).toBe(3);
  });
});
