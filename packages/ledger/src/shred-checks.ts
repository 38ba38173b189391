import { sql } from 'kysely';
import type { Reader } from './effect.ts';

/** Keys of files that these shreds have dropped and that the files ring holds all the same. */
export async function undroppedKeys(reader: Reader, shreds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id::text as id from files_ring.keys
    where id in (select key_id from shred_files where shred_id = any(${shreds}))`.execute(reader.sql);
  return rows.map(row => row.id);
}

/** Keys of the seeds ring for a frontier or for pages that belong to no lot: what a shred has let go of must not be there. */
export async function ownerlessKeys(reader: Reader): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id::text as id from seeds_ring.keys
    where kind in ('frontier', 'page')
      and not exists (select from seeds_ring.lot_keys where keys.id in (frontier_key, page_key))`.execute(
    reader.sql,
  );
  return rows.map(row => row.id);
}
