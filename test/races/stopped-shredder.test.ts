import { dispatchLot } from '@seedlot/factory-dispatcher';
import { ObjectStoreError } from '@seedlot/object-store';
import { shredDue } from '@seedlot/shredder';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectClaimsTrue, expectNotedRootsGone } from '../world/claims.ts';
import { drain, lookAround } from '../world/drain.ts';
import { fetchDelivery } from '../world/factory.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { recordsOf } from '../world/published-log.ts';
import { openSeeds } from '../world/seeds.ts';
import { storeWith } from '../world/store-with.ts';
import { type Ports, plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { cancel, createWorld, place, type World } from '../world/world.ts';
import { type Gate, gatedPorts } from './gate.ts';
import { stopEveryCall } from './stop-every-call.ts';

const never = new AbortController().signal;

let world: World;
let ports: Ports;
let others: Workers;
let neighbour: string;
let first: { order: string; lot: string };
let second: { order: string; lot: string };
beforeAll(async () => {
  world = await createWorld();
  ports = plainPorts(world);
  others = await soundWorkers(world);
  neighbour = (await place(world, 3)).lot;
  await drain(others);
  await newLots();
});
afterAll(() => world.end());

async function newLots(): Promise<void> {
  first = await place(world, 3);
  second = await place(world, 3);
  await lookAround(others.generator.ledger, others.generate);
  await dispatchLot(others.dispatcher, first.lot, never);
}

async function shred(gate: Gate): Promise<void> {
  await cancel(world, first.order);
  await shredDue(workersOn(gatedPorts(ports, gate)).shredder, never);
}

/** Another shredder ends this shred, and a second one. */
async function cancelAndShredMore(): Promise<void> {
  await cancel(world, second.order);
  await letLeasesEnd(world);
  await drain(others);
}

/** Another shredder rotates for a second lot, and cannot reach the store for its mirrors. */
async function rotateForMore(): Promise<void> {
  await cancel(world, second.order);
  const put = () => Promise.reject(new ObjectStoreError('store_unreachable', 'a cable is out'));
  const objects = storeWith(world.objects, { put });
  const cut = shredDue({ ...others.shredder, objects }, never);
  await expect(cut).rejects.toMatchObject({ code: 'store_unreachable' });
}

async function expectShredsOnce(): Promise<void> {
  await expectNotedRootsGone(world);
  await letLeasesEnd(world);
  await drain(others);
  for (const { lot } of [first, second]) {
    await expectClaimsTrue(world, lot);
    const types = (await recordsOf(world, lot)).map(({ type }) => type);
    if (types.includes('order.cancelled')) expect(types.at(-1)).toBe('shred.completed');
  }
  await expectNoLeftovers(world);
  await newLots();
}

const refusals = ['lot_not_due', 'ring_moved', 'root_missing'];

test.each([
  ['ends its shred and another', cancelAndShredMore],
  ['rotates for another shred and fails', rotateForMore],
])('a shredder is stopped while another %s: all is shredded, and claimed, once', async (_, meanwhile) => {
  await stopEveryCall({ work: shred, meanwhile, check: expectShredsOnce, refusals });
  expect(await openSeeds(world, neighbour)).toEqual((await fetchDelivery(world, neighbour)).seeds);
});
