import { afterEach, beforeEach, expect, test } from 'vitest';
import { burnLot, deliver, exportsOf, fetchExport } from '../world/deliveries.ts';
import { drain, lookAround } from '../world/drain.ts';
import { fetchDelivery } from '../world/factory.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { expectLogPublished } from '../world/published-log.ts';
import { type Ports, plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';
import { harmEveryCall } from './harm.ts';
import { harmedPorts } from './harmed-ports.ts';
import { MISHAPS, type Tripwire } from './tripwire.ts';

let world: World;
let ports: Ports;
let sound: Workers;
let lot: string;
let seeds: [bigint, string][];
let taken: number;
let delivery: string;
beforeEach(async () => {
  world = await createWorld();
  ports = plainPorts(world);
  sound = await soundWorkers(world);
  ({ lot } = await place(world, 1000));
  await drain(sound);
  seeds = [...(await fetchDelivery(world, lot)).seeds];
  await burnLot(world, lot);
  taken = 0;
  await newDelivery();
});
afterEach(() => world.end());

async function newDelivery(): Promise<void> {
  delivery = await deliver(world, [{ lot, first: taken, after: taken + 2 }]);
  taken += 2;
}

/** From the due delivery to its published export, by one process. */
async function live(wire: Tripwire): Promise<void> {
  const workers = workersOn(harmedPorts(ports, wire));
  await lookAround(workers.exporter.ledger, workers.export);
  await lookAround(workers.notary.ledger, workers.publish);
}

/** What others find: the one export, whole, whatever the harmed process left. */
async function othersFinish(): Promise<void> {
  await letLeasesEnd(world);
  await drain(sound);
  await expectNoLeftovers(world);
  expect(await exportsOf(world, delivery)).toHaveLength(1);
  const rows = seeds
    .slice(taken - 2, taken)
    .map(([serial, seed]) => `${`${serial}`.padStart(13, '0')},${seed}\n`);
  expect((await fetchExport(world, delivery)).text).toBe(rows.join(''));
  await newDelivery();
}

test.each(MISHAPS)(
  'an exporter that is harmed (%s) at any call leaves an export that others finish',
  async mishap => {
    const harmed = await harmEveryCall(mishap, live, othersFinish);
    expect(harmed).toBeGreaterThan(10);
    await expectLogPublished(world);
  },
  180_000,
);
