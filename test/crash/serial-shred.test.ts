import { showLot } from '@seedlot/ledger';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectNotedRootsGone } from '../world/claims.ts';
import { drain, lookAround } from '../world/drain.ts';
import { fetchDelivery } from '../world/factory.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { expectLogPublished } from '../world/published-log.ts';
import { openSeeds } from '../world/seeds.ts';
import { askForShred, type Run, stateOf, without } from '../world/serial-shreds.ts';
import { type Ports, plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';
import { harmEveryCall } from './harm.ts';
import { harmedPorts } from './harmed-ports.ts';
import { MISHAPS, type Tripwire } from './tripwire.ts';

const QUANTITY = 200;

let world: World;
let ports: Ports;
let sound: Workers;
let lot: { lot: string; first: bigint; seeds: ReadonlyMap<bigint, string> };
let gone: Run[];
beforeEach(async () => {
  world = await createWorld();
  ports = plainPorts(world);
  sound = await soundWorkers(world);
  const placed = await place(world, QUANTITY);
  await drain(sound);
  const { firstSerial } = await showLot(world.ledger, placed.lot);
  lot = { lot: placed.lot, first: BigInt(firstSerial), seeds: await openSeeds(world, placed.lot) };
  gone = [];
});
afterEach(() => world.end());

/** Two serials of the same lot, at either end of what lives, shredded by one process. */
async function live(wire: Tripwire): Promise<void> {
  const workers = workersOn(harmedPorts(ports, wire));
  const at = gone.length / 2;
  const runs: Run[] = [
    [at, at],
    [QUANTITY - 1 - at, QUANTITY - 1 - at],
  ];
  gone.push(...runs);
  await askForShred(world, sound, lot.lot, runs);
  await lookAround(workers.shredder.ledger, workers.shred);
}

/** What others find: all that lives opens at once, no claim goes too far, and what was intended is done once. */
async function othersFinish(): Promise<void> {
  const living = await openSeeds(world, lot.lot);
  expect([...living]).toEqual(expect.arrayContaining([...without(lot.seeds, lot.first, gone)]));
  await expectClaims();
  await expectNotedRootsGone(world);
  await letLeasesEnd(world);
  await drain(sound);
  expect(await openSeeds(world, lot.lot)).toEqual(without(lot.seeds, lot.first, gone));
  expect((await showLot(world.ledger, lot.lot)).seeds).toEqual({
    living: QUANTITY - gone.length,
    shredded: gone.length,
  });
  expect((await fetchDelivery(world, lot.lot)).seeds).toEqual(without(lot.seeds, lot.first, gone));
  await expectClaims();
  await expectNoLeftovers(world);
}

/** Each step of a shred is recorded once and in order, and the records say no more than the state. */
async function expectClaims(): Promise<void> {
  const { rows } = await world.database.pool.query<{ shred: string; types: string[] }>(`
    select convert_from(line, 'UTF8')::jsonb ->> 'shred' as shred, array_agg(type order by seq) as types
    from records where type like 'shred.%' group by 1 order by 1`);
  for (const { shred, types } of rows) {
    const all = ['shred.requested', 'shred.serials', 'shred.intent', 'shred.completed'];
    expect(types).toEqual(all.slice(0, types.length));
    const isComplete = types.includes('shred.completed');
    expect((await stateOf(world, shred)) === 'completed').toBe(isComplete);
  }
}

test.each(MISHAPS)(
  'a shredder of serials that is harmed (%s) at any call leaves a shred that others finish',
  async mishap => {
    const harmed = await harmEveryCall(mishap, live, othersFinish);
    expect(harmed).toBeGreaterThan(10);
    expect(gone.length).toBeLessThan(QUANTITY);
    await expectLogPublished(world);
  },
  180_000,
);
