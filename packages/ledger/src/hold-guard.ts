import { type Range, subtract } from '@seedlot/domain';
import { type RawBuilder, sql } from 'kysely';
import type { Effect, Reader } from './effect.ts';
import { LedgerError } from './errors.ts';
import { multirange, type Serials } from './serial-states.ts';
import { aboutShred } from './shred-serials.ts';

/**
 * Orders holds and shreds: whoever sets a hold takes the lock exclusively, every transaction of a shred takes it shared,
 * each before any other lock. So a shred sees every hold that was set before it, and a hold tells what it came too late for.
 */
export async function lockHolds(effect: Effect, mode: 'shared' | 'exclusive'): Promise<void> {
  const lock = sql.raw(mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock');
  await sql`select ${lock}(hashtext('seedlot holds'))`.execute(effect.sql);
}

/** The active holds on any of these serials, by id. Asked under the lock of the holds. */
export async function holdsOn(reader: Reader, { space, ranges }: Serials): Promise<string[]> {
  const { rows } = await sql<{ hold: string }>`
    select distinct hold_id as hold from held_serials
    where space_id = ${space.id} and numbers && ${multirange(ranges)}::int8multirange order by hold`.execute(
    reader.sql,
  );
  return rows.map(row => row.hold);
}

/** Throws `hold_in_force` with the holds when any of these serials is held. */
export async function assertNotHeld(reader: Reader, serials: Serials): Promise<void> {
  const holds = await holdsOn(reader, serials);
  if (holds.length === 0) return;
  throw new LedgerError('hold_in_force', `Some of these serials are held by ${holds.join(', ')}`);
}

/** What is left of these serials without those that an active hold is on. Asked under the lock of the holds. */
export async function withoutHeld(reader: Reader, space: number, ranges: readonly Range[]): Promise<Range[]> {
  const { rows } = await sql<Range>`
    select lower(numbers) as first, upper(numbers) as after from held_serials
    where space_id = ${space} and numbers && ${multirange(ranges)}::int8multirange`.execute(reader.sql);
  return subtract(ranges, rows);
}

/**
 * Whether a shred of stored files alone waits because one of them holds the seed of a held serial. A factory file counts as
 * holding its whole lot. Parts of a production report hold no seed.
 */
export function waitsForHold(shred: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(not exists (select from shred_serials where shred_id = ${shred}) and exists (
    select from shred_files join files on files.id = file_id
      left join lots on lots.id = files.lot_id
      left join delivery_serials on delivery_serials.delivery_id = files.delivery_id
      join held_serials on held_serials.space_id = coalesce(lots.space_id, delivery_serials.space_id)
        and held_serials.numbers && coalesce(lots.numbers, delivery_serials.numbers)
    where shred_id = ${shred}))`;
}

/** Gives up every shred of held serials whose keys no rotation has erased yet. Asked under the lock of the holds. */
export async function abandonHeld(effect: Effect): Promise<void> {
  const { rows } = await sql<{ id: string; lot: string | null; hold: string }>`
    update shreds set abandoned_at = now()
    from (select shred_id, min(hold_id) as hold from shred_serials
      join held_serials using (space_id) where held_serials.numbers && shred_serials.numbers group by shred_id) held
    where shred_id = id and completed_at is null and abandoned_at is null and seeds_root_to is null
    returning id, lot_id as lot, hold`.execute(effect.sql);
  for (const { id, lot, hold } of rows) {
    const fields = { shred: id, ...(lot !== null && { lot }), code: 'hold_in_force', hold };
    await effect.record('shred.abandoned', fields, await aboutShred(effect, { id, lot }));
  }
}
