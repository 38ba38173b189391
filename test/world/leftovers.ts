import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { World } from './world.ts';

/** Nothing is left of work that never came to an effect: no root, key, object, lease, attempt or failure. */
export async function expectNoLeftovers(world: World): Promise<void> {
  await expectOneRoot(world, 'seeds');
  await expectOneRoot(world, 'files');
  expect(await keysOf(world, 'seeds')).toEqual(
    await column(
      world,
      `select frontier_key::text as value from seeds_ring.lot_keys union select page_key::text from seeds_ring.lot_keys
       union select key_id::text from seeds_ring.vendor_secrets`,
    ),
  );
  expect(await keysOf(world, 'files')).toEqual(
    await column(world, 'select key_id::text as value from files where dropped_at is null'),
  );
  expect((await Array.fromAsync(world.objects.list('files/'))).toSorted()).toEqual(
    await column(world, 'select object_name as value from files where dropped_at is null'),
  );
  expect(await unfinishedFiles(world)).toEqual([]);
  expect(await column(world, 'select unnest(lots) as value from leases where ends_at > now()')).toEqual([]);
  expect(await column(world, `select id::text as value from file_attempts where state = 'open'`)).toEqual([]);
  expect(await column(world, `select step || ' ' || subject || ' ' || code as value from failures`)).toEqual(
    [],
  );
}

/** Parts of files that nobody will finish. What other unfinished objects leave is the store's own to sweep. */
async function unfinishedFiles(world: World): Promise<string[]> {
  const attempts = await column(world, 'select object_name as value from file_attempts');
  const drafts = await readdir(join(world.folder, 'objects', '.incoming'));
  const prefixes = attempts.map(name => createHash('sha256').update(name).digest('hex'));
  return drafts.filter(draft => prefixes.some(prefix => draft.startsWith(prefix)));
}

async function expectOneRoot({ slots, database }: World, ring: 'seeds' | 'files'): Promise<void> {
  const { rows } = await database.pool.query<{ epoch: number }>(`select epoch from ${ring}_ring.ring`);
  expect(await slots[ring].list()).toEqual(rows.map(row => row.epoch));
}

function keysOf(world: World, ring: 'seeds' | 'files'): Promise<string[]> {
  return column(world, `select id::text as value from ${ring}_ring.keys`);
}

async function column({ database }: World, query: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ value: string }>(query);
  return rows.map(row => row.value).toSorted();
}
