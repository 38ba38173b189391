import { exportDelivery } from '@seedlot/customer-exporter';
import type { PrivateKey } from 'openpgp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  burnLot,
  cancelDelivery,
  deliver,
  exportsOf,
  fetchExport,
  replaceCustomerKey,
  wantAgain,
} from '../world/deliveries.ts';
import { drain, lookAround } from '../world/drain.ts';
import { fetchDelivery } from '../world/factory.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { type Ports, plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { createWorld, makeKey, place, type World } from '../world/world.ts';
import { type Gate, gatedPorts } from './gate.ts';
import { stopEveryCall } from './stop-every-call.ts';

const never = new AbortController().signal;

let world: World;
let ports: Ports;
let others: Workers;
let lot: string;
let seeds: [bigint, string][];
let taken = 0;
beforeAll(async () => {
  world = await createWorld();
  ports = plainPorts(world);
  others = await soundWorkers(world);
  ({ lot } = await place(world, 1000));
  await drain(others);
  seeds = [...(await fetchDelivery(world, lot)).seeds];
  await burnLot(world, lot);
});
afterAll(() => world.end());

interface Current {
  readonly delivery: string;
  readonly rows: string;
  /** Exports that there were when the process was stopped; null where it was not. */
  exportsBefore: number | null;
}

let current: Current;
beforeEach(() => newDelivery());

async function newDelivery(): Promise<void> {
  const [first, after] = [taken, taken + 2];
  taken = after;
  const delivery = await deliver(world, [{ lot, first, after }]);
  const rows = seeds
    .slice(first, after)
    .map(([serial, seed]) => `${`${serial}`.padStart(13, '0')},${seed}\n`);
  current = { delivery, rows: rows.join(''), exportsBefore: null };
}

const work = (gate: Gate) =>
  exportDelivery(workersOn(gatedPorts(ports, gate)).exporter, current.delivery, never);

async function noteExports(): Promise<void> {
  current.exportsBefore = (await exportsOf(world, current.delivery)).length;
}

/** The exporters that are not stopped go on, as they do when the leases of a stopped one have ended. */
async function lookOn(): Promise<void> {
  await letLeasesEnd(world);
  await lookAround(others.exporter.ledger, others.export);
}

async function expectOneExport(key: PrivateKey = world.customerKey): Promise<void> {
  await lookOn();
  await expectNoLeftovers(world);
  const made = await exportsOf(world, current.delivery);
  expect(made.filter(({ replaced }) => !replaced)).toHaveLength(1);
  expect((await fetchExport(world, current.delivery, key)).text).toBe(current.rows);
}

test('an exporter that is stopped makes nothing twice when others took over meanwhile', async () => {
  const check = async () => {
    await expectOneExport();
    expect(await exportsOf(world, current.delivery)).toHaveLength(1);
    await newDelivery();
  };
  const refusals = ['delivery_not_due', 'attempt_closed', 'lease_ended', 'put_aborted'];
  expect(await stopEveryCall({ work, meanwhile: lookOn, check, refusals })).toContain('delivery_not_due');
});

test('an exporter that is stopped past its lease makes nothing available, though nobody took over', async () => {
  const meanwhile = () => letLeasesEnd(world);
  const check = async () => {
    await expectOneExport();
    await newDelivery();
  };
  expect(await stopEveryCall({ work, meanwhile, check, refusals: ['lease_ended'] })).toContain('lease_ended');
});

test('an exporter that is stopped makes nothing of a delivery that was cancelled meanwhile', async () => {
  const meanwhile = async () => {
    await noteExports();
    await cancelDelivery(world, current.delivery);
  };
  const check = async () => {
    await lookOn();
    await expectNoLeftovers(world);
    expect(await exportsOf(world, current.delivery)).toHaveLength(current.exportsBefore ?? 1);
    await newDelivery();
  };
  const refusals = ['delivery_not_due', 'seeds_shredded', 'frontier_moved'];
  expect(await stopEveryCall({ work, meanwhile, check, refusals })).toContain('delivery_not_due');
});

test('an exporter that is stopped encrypts nothing to a key that was replaced meanwhile', async () => {
  const keys = [world.customerKey, await makeKey('Customer with another key')] as const;
  let [now, next]: readonly [PrivateKey, PrivateKey] = keys;
  const meanwhile = async () => {
    await noteExports();
    await replaceCustomerKey(world, next.toPublic().armor());
    [now, next] = [next, now];
  };
  const check = async () => {
    await expectOneExport(current.exportsBefore === 1 ? next : now);
    await newDelivery();
  };
  const refusals = ['export_outdated'];
  expect(await stopEveryCall({ work, meanwhile, check, refusals })).toContain('export_outdated');
  await replaceCustomerKey(world, world.customerKey.toPublic().armor());
});

test('an exporter that is stopped makes no export that another request has overtaken meanwhile', async () => {
  const meanwhile = async () => {
    await noteExports();
    await wantAgain(world, current.delivery, 'hex-csv');
  };
  const check = async () => {
    await expectOneExport();
    const requests = (await exportsOf(world, current.delivery)).map(({ request }) => request);
    const wanted = current.exportsBefore === null ? [1] : [2];
    expect(requests).toEqual(current.exportsBefore === 1 ? [1, 2] : wanted);
    await newDelivery();
  };
  expect(await stopEveryCall({ work, meanwhile, check, refusals: ['export_outdated'] })).toContain(
    'export_outdated',
  );
});
