import { PAGE_SIZE, type Range } from '@seedlot/domain';
import { Keyring } from '@seedlot/erasable';
import { readDispatchOrder } from '@seedlot/ledger';
import { type OpenedLot, openLot, type SeedRun } from '@seedlot/opened-lot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drain } from '../world/drain.ts';
import { openSeeds } from '../world/seeds.ts';
import { soundWorkers } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';

const QUANTITY = 2 * PAGE_SIZE + 3;

let world: World;
let lot: string;
let seeds: ReadonlyMap<bigint, string>;
beforeAll(async () => {
  world = await createWorld();
  ({ lot } = await place(world, QUANTITY));
  await drain(await soundWorkers(world));
  seeds = await openSeeds(world, lot);
});
afterAll(() => world.end());

async function open(): Promise<OpenedLot> {
  const { shape } = await readDispatchOrder(world.ledger, lot);
  return openLot({ ledger: world.ledger, seedsRing: new Keyring('seeds', world.slots.seeds) }, shape);
}

function bySerial(runs: readonly SeedRun[]): [bigint, string][] {
  return runs.flatMap(({ first, count, seeds: bytes }) =>
    Array.from({ length: count }, (_, at): [bigint, string] => [
      first + BigInt(at),
      Buffer.from(bytes.subarray((at * bytes.length) / count, ((at + 1) * bytes.length) / count)).toString(
        'hex',
      ),
    ]),
  );
}

async function read(wanted?: readonly Range[]): Promise<[bigint, string][]> {
  using opened = await open();
  const found: [bigint, string][] = [];
  for await (const runs of opened.seeds(wanted)) found.push(...bySerial(runs));
  return found;
}

test('all seeds of a lot come in the order of their serials', async () => {
  expect(await read()).toEqual([...seeds]);
});

test.each([
  ['one serial', [[7, 8]]],
  ['serials on both sides of a border of pages', [[PAGE_SIZE - 2, PAGE_SIZE + 2]]],
  [
    'scattered serials',
    [
      [0, 1],
      [50, 90],
      [2 * PAGE_SIZE, QUANTITY],
    ],
  ],
  ['no serial', []],
])('%s: only these seeds come', async (_, parts) => {
  const [first = 0n] = seeds.keys();
  const wanted = parts.map(([from = 0, to = 0]) => ({
    first: first + BigInt(from),
    after: first + BigInt(to),
  }));
  const isWanted = (serial: bigint) => wanted.some(range => range.first <= serial && serial < range.after);
  expect(await read(wanted)).toEqual([...seeds].filter(([serial]) => isWanted(serial)));
});

test('pages without a wanted serial are not loaded', async () => {
  const [first = 0n] = seeds.keys();
  await world.database.pool.query('delete from seeds_ring.pages where lot_id = $1 and page = 0', [lot]);
  await expect(read([{ first, after: first + 1n }])).rejects.toMatchObject({ code: 'pages_missing' });
  const onSecond = { first: first + BigInt(PAGE_SIZE), after: first + BigInt(PAGE_SIZE) + 1n };
  expect(await read([onSecond])).toEqual([[onSecond.first, seeds.get(onSecond.first)]]);
});

test('a reader that leaves early finds the seeds wiped, and those that nobody wanted were never there', async () => {
  const [first = 0n] = seeds.keys();
  const start = first + BigInt(PAGE_SIZE);
  let held: Uint8Array = new Uint8Array();
  using opened = await open();
  for await (const [run] of opened.seeds([{ first: start, after: start + 1n }])) {
    const page = new Uint8Array(run?.seeds.buffer ?? new ArrayBuffer(0));
    const [seed, rest] = [page.subarray(0, opened.shape.seedLength), page.subarray(opened.shape.seedLength)];
    expect(Buffer.from(seed).toString('hex')).toBe(seeds.get(start));
    expect(rest.every(byte => byte === 0)).toBe(true);
    held = page;
    break;
  }
  expect(held.length).toBeGreaterThan(0);
  expect(held.every(byte => byte === 0)).toBe(true);
});
