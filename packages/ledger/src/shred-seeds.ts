import type { Range } from '@seedlot/domain';
import type { ChangedBlobs } from '@seedlot/erasable';
import { sql } from 'kysely';
import { asBuffer } from './as-buffer.ts';
import type { Effect, Reader } from './effect.ts';
import { lockLot } from './lots.ts';
import { moveSerials } from './serial-states.ts';

/** How many serials of a lot have a living seed. */
export async function countLiving(reader: Reader, lot: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select coalesce(sum(upper(numbers) - lower(numbers)), 0)::int as count
    from serial_states where lot_id = ${lot} and seed = 'living'`.execute(reader.sql);
  return rows[0]?.count ?? 0;
}

/** Moves the seeds of these serials of a lot to `shredding`. The caller holds the seeds ring's lock exclusively. */
export async function beginShredding(effect: Effect, id: string, ranges: readonly Range[]): Promise<void> {
  const { space } = await lockLot(effect, id);
  await moveSerials(effect, { space, ranges }, { axis: 'seed', to: 'shredding' });
}

/**
 * Takes a lot that nothing lives of out of the seeds ring: its keys' ids, for the rotation of this same transaction to
 * erase. The caller holds the ring's lock exclusively.
 */
export async function dropLotKeys(effect: Effect, lotId: string): Promise<string[]> {
  await effect.sql.deleteFrom('seeds_ring.segments').where('lot_id', '=', lotId).execute();
  await effect.sql.deleteFrom('seeds_ring.pages').where('lot_id', '=', lotId).execute();
  const keys = await effect.sql
    .deleteFrom('seeds_ring.lot_keys')
    .where('lot_id', '=', lotId)
    .returning(['frontier_key', 'page_key'])
    .executeTakeFirst();
  return keys === undefined ? [] : [keys.frontier_key, keys.page_key];
}

/** A frontier after a puncture: its version, its top blob under a new key, and the segments that changed. */
export interface PuncturedFrontier {
  readonly version: number;
  readonly top: Uint8Array;
  readonly changed: ChangedBlobs;
}

/**
 * Stores what is left of a lot's frontier, in the transaction whose rotation replaces the frontier key. The caller
 * holds the seeds ring's lock exclusively.
 */
export async function storePuncture(effect: Effect, lot: string, left: PuncturedFrontier): Promise<void> {
  await effect.sql
    .updateTable('seeds_ring.lot_keys')
    .set({ frontier_version: left.version, frontier: asBuffer(left.top) })
    .where('lot_id', '=', lot)
    .execute();
  for (const [segment, sealed] of left.changed) {
    await effect.sql
      .deleteFrom('seeds_ring.segments')
      .where('lot_id', '=', lot)
      .where('segment', '=', segment)
      .execute();
    if (sealed === null) continue;
    await effect.sql
      .insertInto('seeds_ring.segments')
      .values({ lot_id: lot, segment, sealed: asBuffer(sealed) })
      .execute();
  }
}
