import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectClaimsTrue, expectNotedRootsGone } from '../world/claims.ts';
import { drain, lookAround } from '../world/drain.ts';
import { fetchDelivery } from '../world/factory.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { expectLogPublished, recordsOf } from '../world/published-log.ts';
import { openSeeds } from '../world/seeds.ts';
import { type Ports, plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { cancel, createWorld, place, type World } from '../world/world.ts';
import { harmEveryCall } from './harm.ts';
import { harmedPorts } from './harmed-ports.ts';
import { MISHAPS, type Tripwire } from './tripwire.ts';

const QUANTITY = 3;

let world: World;
let ports: Ports;
let sound: Workers;
let neighbour: { lot: string; seeds: ReadonlyMap<bigint, string> };
let victim: { order: string; lot: string };
beforeEach(async () => {
  world = await createWorld();
  ports = plainPorts(world);
  sound = await soundWorkers(world);
  const { lot } = await place(world, QUANTITY);
  victim = await place(world, QUANTITY);
  await drain(sound);
  neighbour = { lot, seeds: (await fetchDelivery(world, lot)).seeds };
});
afterEach(() => world.end());

/** The shred of a dispatched lot, by one process. */
async function live(wire: Tripwire): Promise<void> {
  const workers = workersOn(harmedPorts(ports, wire));
  await cancel(world, victim.order);
  await lookAround(workers.shredder.ledger, workers.shred);
}

/** What others find: no claim goes too far, and what was intended is done once. */
async function othersFinish(): Promise<void> {
  const { lot } = victim;
  await expectClaimsTrue(world, lot);
  await expectNotedRootsGone(world);
  await letLeasesEnd(world);
  await drain(sound);
  expect((await recordsOf(world, lot)).map(({ type }) => type)).toEqual([
    'order.placed',
    'lot.generating',
    'lot.sealed',
    'file.made',
    'order.cancelled',
    'shred.intent',
    'shred.completed',
  ]);
  await expectClaimsTrue(world, lot);
  await expectNoLeftovers(world);
  victim = await place(world, QUANTITY);
  await drain(sound);
}

test.each(MISHAPS)(
  'a shredder that is harmed (%s) at any call leaves a shred that others finish',
  async mishap => {
    const harmed = await harmEveryCall(mishap, live, othersFinish);
    expect(harmed).toBeGreaterThan(10);
    // Whatever had been destroyed with one of the shreds would still be gone.
    expect((await fetchDelivery(world, neighbour.lot)).seeds).toEqual(neighbour.seeds);
    expect(await openSeeds(world, neighbour.lot)).toEqual(neighbour.seeds);
    await expectLogPublished(world);
  },
  180_000,
);
