import { dispatchLot } from '@seedlot/factory-dispatcher';
import { showLot } from '@seedlot/ledger';
import { generateLot } from '@seedlot/seed-generator';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectClaimsTrue } from '../world/claims.ts';
import { drain, lookAround } from '../world/drain.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { type Ports, plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { cancel, createWorld, place, type World } from '../world/world.ts';
import { type Gate, gatedPorts } from './gate.ts';
import { stopEveryCall } from './stop-every-call.ts';

const never = new AbortController().signal;

let world: World;
let ports: Ports;
let others: Workers;
let current: { order: string; lot: string };
beforeAll(async () => {
  world = await createWorld();
  ports = plainPorts(world);
  others = await soundWorkers(world);
});
beforeEach(() => newLot());
afterAll(() => world.end());

async function newLot(): Promise<void> {
  current = await place(world, 3);
}

async function newSealedLot(): Promise<void> {
  await newLot();
  await lookAround(others.generator.ledger, others.generate);
}

const generate = (gate: Gate) =>
  generateLot(workersOn(gatedPorts(ports, gate)).generator, current.lot, never);
const dispatch = (gate: Gate) =>
  dispatchLot(workersOn(gatedPorts(ports, gate)).dispatcher, current.lot, never);

/** The order is cancelled and shredded; whoever was stopped has lost its lease by then. */
async function cancelAndShred(): Promise<void> {
  const { state } = await showLot(world.ledger, current.lot);
  if (state !== 'dispatched') await cancel(world, current.order);
  await letLeasesEnd(world);
  await drain(others);
}

/** Others think that the stopped one is dead, and do its work. */
async function takeOver(): Promise<void> {
  await letLeasesEnd(world);
  await drain(others);
}

async function expectEnd(state: 'cancelled' | 'dispatched'): Promise<void> {
  await letLeasesEnd(world);
  await drain(others);
  expect(await showLot(world.ledger, current.lot)).toMatchObject({ state });
  await expectClaimsTrue(world, current.lot);
  await expectNoLeftovers(world);
}

const MAKERS = {
  generator: { work: generate, fresh: newLot },
  dispatcher: { work: dispatch, fresh: newSealedLot },
};

describe.each(['generator', 'dispatcher'] as const)('a %s that is stopped at any call', maker => {
  const { work, fresh } = MAKERS[maker];
  beforeEach(fresh);

  test('brings nothing back of a lot that was shredded meanwhile', async () => {
    const check = async () => {
      const { state, seeds } = await showLot(world.ledger, current.lot);
      if (state === 'cancelled') expect(Object.keys(seeds)).toEqual([expect.stringMatching(/none|shredded/)]);
      await expectEnd(state === 'cancelled' ? 'cancelled' : 'dispatched');
      await fresh();
    };
    const refusals = [
      'lot_not_due',
      'lease_refused',
      'key_absent',
      'put_aborted',
      'source_failed',
      'pages_missing',
    ];
    await stopEveryCall({ work, meanwhile: cancelAndShred, check, refusals });
  });

  test('makes nothing twice when others took over meanwhile', async () => {
    const check = async () => {
      await expectEnd('dispatched');
      await fresh();
    };
    const refusals = ['lot_not_due', 'attempt_closed', 'put_aborted'];
    await stopEveryCall({ work, meanwhile: takeOver, check, refusals });
  });
});
