import { showLot } from '@seedlot/ledger';
import { expect } from 'vitest';
import { fetchDelivery } from './factory.ts';
import { recordsOf } from './published-log.ts';
import type { World } from './world.ts';

/** Records that a lot may have only once. */
const ONCE = [
  'order.placed',
  'lot.generating',
  'lot.sealed',
  'file.made',
  'order.cancelled',
  'shred.intent',
  'shred.completed',
];

/** What the records of a lot claim is true now, whatever has crashed and whatever is still to be done. */
export async function expectClaimsTrue(world: World, lot: string): Promise<void> {
  const records = await recordsOf(world, lot);
  const lines = new Map(records.map(({ type, line }) => [type, JSON.parse(line.toString())]));
  const types = records.map(({ type }) => type).filter(type => ONCE.includes(type));
  expect(types).toEqual([...new Set(types)]);
  const shredding = lines.has('order.cancelled');
  if (lines.has('lot.sealed') && !shredding)
    await expectPages(world, lot, lines.get('lot.sealed').pagesSha256);
  if (lines.has('file.made') && !shredding) await expectWholeFile(world, lot);
  if (lines.has('shred.completed')) await expectShredded(world, lot, lines.get('shred.completed'));
}

async function expectPages({ database }: World, lot: string, pagesSha256: string): Promise<void> {
  const { rows } = await database.pool.query<{ digest: string }>(
    `select encode(sha256(string_agg(sha256(sealed), ''::bytea order by page)), 'hex') as digest
     from seeds_ring.pages where lot_id = $1`,
    [lot],
  );
  expect(rows).toEqual([{ digest: pagesSha256 }]);
}

async function expectWholeFile(world: World, lot: string): Promise<void> {
  const { firstSerial, quantity } = await showLot(world.ledger, lot);
  const { seeds } = await fetchDelivery(world, lot);
  expect([...seeds.keys()]).toEqual(
    Array.from({ length: quantity }, (_, i) => BigInt(firstSerial) + BigInt(i)),
  );
}

interface ShredClaim {
  readonly seedsRoot: { from: number };
  readonly filesRoot: { from: number } | null;
  readonly filesDropped: readonly string[];
}

async function expectShredded(world: World, lot: string, claim: ShredClaim): Promise<void> {
  const { quantity, seeds } = await showLot(world.ledger, lot);
  expect(seeds).toEqual({ shredded: quantity });
  expect(await world.slots.seeds.list()).not.toContain(claim.seedsRoot.from);
  expect(await world.slots.files.list()).not.toContain(claim.filesRoot?.from);
  const { rows } = await world.database.pool.query<{ id: string; openable: boolean }>(
    `select id, exists (select from files_ring.keys where keys.id = files.key_id) as openable
     from files where lot_id = $1 order by id`,
    [lot],
  );
  expect(rows).toEqual(claim.filesDropped.map(id => ({ id, openable: false })));
}

/** No shred has noted the end of a root that still is. */
export async function expectNotedRootsGone({ database, slots }: World): Promise<void> {
  const { rows } = await database.pool.query<{ seeds: number; files: number }>(
    `select seeds_root_from as seeds, files_root_from as files from shreds where roots_destroyed_at is not null`,
  );
  const [seeds, files] = [await slots.seeds.list(), await slots.files.list()];
  expect(rows.filter(noted => seeds.includes(noted.seeds) || files.includes(noted.files))).toEqual([]);
}
