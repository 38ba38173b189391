import { showLot } from '@seedlot/ledger';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectClaimsTrue } from '../world/claims.ts';
import { drain, lookAround } from '../world/drain.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { expectLogPublished } from '../world/published-log.ts';
import { type Ports, plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';
import { harmEveryCall } from './harm.ts';
import { harmedPorts } from './harmed-ports.ts';
import { MISHAPS, type Tripwire } from './tripwire.ts';

const QUANTITY = 3;

let world: World;
let ports: Ports;
let sound: Workers;
let finished: Set<string>;
beforeEach(async () => {
  world = await createWorld();
  ports = plainPorts(world);
  sound = await soundWorkers(world);
  finished = new Set();
});
afterEach(() => world.end());

/** From the order to the published file, by one process. */
async function live(wire: Tripwire): Promise<void> {
  const workers = workersOn(harmedPorts(ports, wire));
  await place(world, QUANTITY, workers.api);
  await lookAround(workers.generator.ledger, workers.generate);
  await lookAround(workers.notary.ledger, workers.publish);
  await lookAround(workers.dispatcher.ledger, workers.dispatch);
  await lookAround(workers.notary.ledger, workers.publish);
}

async function unfinishedLots(): Promise<string[]> {
  const { rows } = await world.database.pool.query<{ id: string }>('select id from lots');
  return rows.map(row => row.id).filter(id => !finished.has(id));
}

async function storedPages(lot: string): Promise<string[]> {
  const { rows } = await world.database.pool.query<{ sealed: Buffer }>(
    'select sealed from seeds_ring.pages where lot_id = $1 order by page',
    [lot],
  );
  return rows.map(row => row.sealed.toString('base64'));
}

/** What others find: every claim is true at once, and the lot, if it was ordered at all, comes to its one file. */
async function othersFinish(): Promise<void> {
  const [lot] = await unfinishedLots();
  const pages = lot === undefined ? [] : await storedPages(lot);
  if (lot !== undefined) await expectClaimsTrue(world, lot);
  await letLeasesEnd(world);
  await drain(sound);
  await expectNoLeftovers(world);
  if (lot === undefined) return;
  expect(await storedPages(lot)).toEqual(pages.length > 0 ? pages : [expect.any(String)]);
  expect(await showLot(world.ledger, lot)).toMatchObject({ state: 'dispatched' });
  await expectClaimsTrue(world, lot);
  finished.add(lot);
}

test.each(MISHAPS)(
  'a process that is harmed (%s) at any call leaves a lot that others finish',
  async mishap => {
    const harmed = await harmEveryCall(mishap, live, othersFinish);
    expect(harmed).toBeGreaterThan(20);
    await expectLogPublished(world);
  },
  180_000,
);
