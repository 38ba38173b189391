import type { IndexedFrontier, StoredFrontier } from '@seedlot/erasable';
import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { dropLotKeys, storePuncture } from './shred-seeds.ts';

/** Of the mirrored frontiers those that the lots here have in another version. */
export async function frontiersToRecover(
  effect: Effect,
  index: readonly IndexedFrontier[],
): Promise<IndexedFrontier[]> {
  const { rows } = await sql<{ lot: string; version: number; blob: Buffer }>`
    select lot_id as lot, frontier_version as version, sha256(frontier) as blob from seeds_ring.lot_keys`.execute(
    effect.sql,
  );
  const here = new Map(rows.map(row => [row.lot, row]));
  return index.filter(({ shape, version, blob }) => {
    const own = here.get(shape.lot);
    return own !== undefined && version > 0 && !(own.version === version && own.blob.equals(blob));
  });
}

/** Puts a mirrored frontier, with all of its segments, in the place of the lot's. */
export async function replaceFrontier(effect: Effect, stored: StoredFrontier): Promise<void> {
  const { lot } = stored.shape;
  await sql`delete from seeds_ring.segments where lot_id = ${lot}`.execute(effect.sql);
  const changed = new Map<number, Uint8Array>();
  for (const segment of stored.segments) changed.set(segment, await stored.load(segment));
  await storePuncture(effect, lot, { version: stored.version, top: stored.top, changed });
}

/** Lets go of what the seeds ring has no keys for any more: lots that were shredded whole. Resolves to them. */
export async function forgetKeylessLots(effect: Effect): Promise<string[]> {
  const { rows } = await sql<{ lot: string }>`
    select lot_id as lot from seeds_ring.lot_keys
    where not exists (select from seeds_ring.keys where id = frontier_key)
      or not exists (select from seeds_ring.keys where id = page_key) order by lot_id`.execute(effect.sql);
  const lots = rows.map(row => row.lot);
  for (const lot of lots) await dropLotKeys(effect, lot);
  return lots;
}
