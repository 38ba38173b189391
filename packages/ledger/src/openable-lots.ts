import { type RawBuilder, sql } from 'kysely';
import type { Reader } from './effect.ts';

/**
 * Whether work on these lots may open what a ring seals, with a lease of this epoch of the ring. Not while a shred of one
 * of them is open whose keys are not all erased, nor ever again with a lease from before the root that the shred began:
 * such work may hold what was erased. A cancelled or lost lot, and one of whose seeds none lives, gives no lease on seeds.
 */
export function mayBeOpened(
  ring: 'seeds' | 'files',
  lots: RawBuilder<unknown>,
  epoch: RawBuilder<unknown>,
): RawBuilder<boolean> {
  const rotated = sql.ref(ring === 'seeds' ? 'seeds_root_to' : 'files_root_to');
  const touched = ring === 'seeds' ? takesSerials(lots) : sql`(${takesSerials(lots)} or ${takesFiles(lots)})`;
  return sql<boolean>`(select count(*) from lots where lots.id = any(${lots}) and ${livesOn(ring)}) = cardinality(${lots})
    and not exists (select from shreds where abandoned_at is null
      and (files_dropped_at is null or ${rotated} > ${epoch}) and ${touched})`;
}

function livesOn(ring: 'seeds' | 'files'): RawBuilder<boolean> {
  const open = sql<boolean>`lots.state not in ('cancelled', 'lost')`;
  if (ring === 'files') return open;
  return sql`${open} and exists (select from serial_states where lot_id = lots.id and seed in ('none', 'living'))`;
}

function takesSerials(lots: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`exists (select from shred_serials where shred_id = shreds.id and lot_id = any(${lots}))`;
}

/** A stored file is of a lot, or of a delivery that has serials of it. */
function takesFiles(lots: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`exists (select from shred_files
    left join files on files.id = file_id
    left join reports on reports.id = report_id
    where shred_id = shreds.id and (files.lot_id = any(${lots}) or reports.lot_id = any(${lots})
      or exists (select from delivery_serials d where d.delivery_id = files.delivery_id and d.lot_id = any(${lots}))))`;
}

/** Whether a shred is open that takes serials of any of these lots and has not erased all their keys: no work is due then. */
export function areBeingShredded(lots: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`exists (select from shreds join shred_serials on shred_id = shreds.id
    where abandoned_at is null and files_dropped_at is null and shred_serials.lot_id in (${lots}))`;
}

/** Whether a seed of this lot lives: without one there is nothing to open, now or later. */
export async function hasLivingSeeds({ sql: db }: Reader, lot: string): Promise<boolean> {
  const row = await db
    .selectFrom('serial_states')
    .select('lot_id')
    .where('lot_id', '=', lot)
    .where('seed', '=', 'living')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
