import { exportDelivery } from '@seedlot/customer-exporter';
import { dispatchLot } from '@seedlot/factory-dispatcher';
import { showLot } from '@seedlot/ledger';
import { shredDue } from '@seedlot/shredder';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNotedRootsGone } from '../world/claims.ts';
import { burnLot, deliver, exportsOf, fetchExport, wantAgain } from '../world/deliveries.ts';
import { drain, lookAround } from '../world/drain.ts';
import { fetchDelivery } from '../world/factory.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { openSeeds } from '../world/seeds.ts';
import { askForShred, type Run, stateOf, without } from '../world/serial-shreds.ts';
import { type Ports, plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';
import { type Gate, gatedPorts } from './gate.ts';
import { stopEveryCall } from './stop-every-call.ts';

const never = new AbortController().signal;

let world: World;
let ports: Ports;
let others: Workers;
beforeAll(async () => {
  world = await createWorld();
  ports = plainPorts(world);
  others = await soundWorkers(world);
});
afterAll(() => world.end());

interface Lot {
  readonly lot: string;
  readonly first: bigint;
  readonly seeds: ReadonlyMap<bigint, string>;
}

async function sealedLot(quantity: number): Promise<Lot> {
  const { lot } = await place(world, quantity);
  await lookAround(others.generator.ledger, others.generate);
  const { firstSerial } = await showLot(world.ledger, lot);
  return { lot, first: BigInt(firstSerial), seeds: await openSeeds(world, lot) };
}

async function shred(lot: string, runs: readonly Run[]): Promise<void> {
  const id = await askForShred(world, others, lot, runs);
  await letLeasesEnd(world);
  await drain(others);
  expect(await stateOf(world, id)).toBe('completed');
}

/** Nobody who began before the shred has brought anything of it past the shred. */
async function expectWithout({ lot, first, seeds }: Lot, runs: readonly Run[]): Promise<void> {
  await letLeasesEnd(world);
  await drain(others);
  const living = without(seeds, first, runs);
  expect(await openSeeds(world, lot)).toEqual(living);
  expect((await fetchDelivery(world, lot)).seeds).toEqual(living);
  await expectNoLeftovers(world);
}

describe('work that began before a shred of some serials of its lot', () => {
  test('a factory file: none with shredded serials stands, and one of the others is made', async () => {
    let lot = await sealedLot(4);
    let gone: Run[] = [];
    const work = (gate: Gate) => dispatchLot(workersOn(gatedPorts(ports, gate)).dispatcher, lot.lot, never);
    const meanwhile = async () => {
      gone = [[1, 2]];
      await shred(lot.lot, gone);
    };
    const check = async () => {
      await expectWithout(lot, gone);
      lot = await sealedLot(4);
      gone = [];
    };
    const refusals = [
      'lot_not_due',
      'attempt_closed',
      'lease_ended',
      'lease_refused',
      'put_aborted',
      'source_failed',
      'frontier_moved',
      'frontier_damaged',
      'pages_missing',
    ];
    expect(await stopEveryCall({ work, meanwhile, check, refusals })).toContain('lot_not_due');
  });

  test('an export: none with shredded serials stands, and one that is asked for again has the others', async () => {
    const lot = await sealedLot(400);
    await drain(others);
    await burnLot(world, lot.lot);
    const gone: Run[] = [];
    let taken = 0;
    let delivery = await deliver(world, [{ lot: lot.lot, first: 0, after: 3 }]);
    const work = (gate: Gate) => exportDelivery(workersOn(gatedPorts(ports, gate)).exporter, delivery, never);
    const rows = () =>
      [...without(lot.seeds, lot.first, gone)]
        .filter(([serial]) => serial >= lot.first + BigInt(taken) && serial < lot.first + BigInt(taken + 3))
        .map(([serial, seed]) => `${`${serial}`.padStart(13, '0')},${seed}\n`)
        .join('');
    const meanwhile = async () => {
      gone.push([taken + 1, taken + 1]);
      await shred(lot.lot, gone.slice(-1));
    };
    const check = async () => {
      await letLeasesEnd(world);
      await drain(others);
      const { rows: standing } = await world.database.pool.query(
        'select id from files where delivery_id = $1 and dropped_at is null',
        [delivery],
      );
      if (standing.length === 0) {
        await wantAgain(world, delivery);
        await drain(others);
      }
      expect((await fetchExport(world, delivery)).text).toBe(rows());
      expect((await exportsOf(world, delivery)).length).toBeGreaterThan(0);
      await expectNoLeftovers(world);
      taken += 3;
      delivery = await deliver(world, [{ lot: lot.lot, first: taken, after: taken + 3 }]);
    };
    const refusals = [
      'delivery_not_due',
      'attempt_closed',
      'lease_ended',
      'lease_refused',
      'put_aborted',
      'source_failed',
      'frontier_moved',
      'frontier_damaged',
      'pages_missing',
      'export_outdated',
    ];
    await stopEveryCall({ work, meanwhile, check, refusals });
    expect(gone.length).toBeGreaterThan(5);
  });
});

test('a shredder that is stopped while another shreds more serials of the same lot: each goes once', async () => {
  const lot = await sealedLot(300);
  await drain(others);
  const gone: Run[] = [];
  const take = async () => {
    const at = gone.length * 2;
    gone.push([at, at]);
    await askForShred(world, others, lot.lot, [[at, at]]);
  };
  const work = async (gate: Gate) => {
    await take();
    await shredDue(workersOn(gatedPorts(ports, gate)).shredder, never);
  };
  const meanwhile = async () => {
    await take();
    await letLeasesEnd(world);
    await drain(others);
  };
  const check = async () => {
    await expectNotedRootsGone(world);
    await expectWithout(lot, gone);
    const { rows } = await world.database.pool.query<{ count: number }>(`
      select count(*)::int as count from records where type in ('shred.intent', 'shred.completed') group by type`);
    expect(new Set(rows.map(row => row.count)).size).toBe(1);
  };
  const refusals = ['lot_not_due', 'ring_moved', 'root_missing'];
  await stopEveryCall({ work, meanwhile, check, refusals });
  expect(gone.length).toBeGreaterThan(10);
});
