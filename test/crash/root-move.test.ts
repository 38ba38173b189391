import { join } from 'node:path';
import { FileRootSlot, type RootSlot } from '@seedlot/erasable';
import { latestRootMove, PostgresKeyringStore } from '@seedlot/ledger';
import { moveRoot, type RootMoveParts } from '@seedlot/shredder';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drain } from '../world/drain.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectLogPublished } from '../world/published-log.ts';
import { openSeeds } from '../world/seeds.ts';
import { type Ports, plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';
import { harmEveryCall } from './harm.ts';
import { harmedPorts, harmedSlot } from './harmed-ports.ts';
import { MISHAPS, type Tripwire } from './tripwire.ts';

const NEVER = new AbortController().signal;

/** Where the seeds ring is, and where it goes next: a slot that nothing was ever in. */
interface Place {
  readonly address: string;
  readonly adapter: string;
  readonly slot: RootSlot;
}

let world: World;
let ports: Ports;
let lot: string;
let seeds: ReadonlyMap<bigint, string>;
let from: Place;
let to: Place;
let folders = 0;
beforeEach(async () => {
  world = await createWorld();
  ports = plainPorts(world);
  const sound = await soundWorkers(world);
  ({ lot } = await place(world, 3));
  await drain(sound);
  seeds = await openSeeds(world, lot);
  from = { address: 'first', adapter: 'file', slot: world.slots.seeds };
  to = await freshPlace();
});
afterEach(() => world.end());

async function freshPlace(): Promise<Place> {
  const address = `folder ${++folders}`;
  return { address, adapter: 'file', slot: await FileRootSlot.at(join(world.folder, 'moved', address)) };
}

function partsOf(workers: Workers, target: Place): RootMoveParts {
  const { ledger, rings, objects } = workers.shredder;
  return { ledger, rings, objects, ring: 'seeds', from, to: target, added: [target.slot] };
}

function movingFrom(slot: RootSlot, wire?: Tripwire): Workers {
  const here = { ...ports, slots: { ...ports.slots, seeds: slot } };
  return workersOn(wire === undefined ? here : harmedPorts(here, wire));
}

async function live(wire: Tripwire): Promise<void> {
  const workers = movingFrom(from.slot, wire);
  await moveRoot(partsOf(workers, { ...to, slot: harmedSlot(to.slot, wire) }), NEVER);
}

/** Whoever runs it again ends the move: one root, in the new slot, and everything opens under it. */
async function runAgain(): Promise<void> {
  await letLeasesEnd(world);
  const before = await from.slot.highWater();
  const move = await moveRoot(partsOf(movingFrom(from.slot), to), NEVER);
  const epoch = await new PostgresKeyringStore(world.ledger, 'seeds').epoch();
  expect(move.root).toEqual({ from: expect.any(Number), to: epoch });
  expect(epoch).toBeGreaterThan(before);
  expect(await from.slot.list()).toEqual([]);
  expect(await to.slot.list()).toEqual([epoch]);
  expect(await openSeeds({ ...world, slots: { ...world.slots, seeds: to.slot } }, lot)).toEqual(seeds);
  expect(await latestRootMove(world.ledger, 'seeds')).toMatchObject({ id: move.id, completed: true });
  [from, to] = [to, await freshPlace()];
}

test.each(MISHAPS)(
  'a move that is harmed (%s) at any call is ended by running it again, and no seed is lost',
  async mishap => {
    const harmed = await harmEveryCall(mishap, live, runAgain);
    expect(harmed).toBeGreaterThan(8);
    await drain(movingFrom(from.slot));
    await expectLogPublished(world);
  },
  180_000,
);
