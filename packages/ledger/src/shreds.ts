import type { ShredReason } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect, Reader } from './effect.ts';
import { isBackingOff } from './failures.ts';
import { waitsForHold } from './hold-guard.ts';
import { isAnythingDue } from './retention-due.ts';

/** Which root a rotation ended and which it began; null while, or where, a shred has no such rotation. */
export interface RootChange {
  readonly from: number;
  readonly to: number;
}

/** A shred under way: every step that has committed is seen here, so that it goes on after a crash. */
export interface Shred {
  readonly id: string;
  readonly reason: ShredReason;
  /** Set when the shred takes the lot whole. */
  readonly lot: string | null;
  /** Lots whose serials it takes; none where it takes stored files alone. */
  readonly lots: readonly string[];
  /** How many serials it takes. */
  readonly quantity: number;
  readonly intended: boolean;
  readonly seedsRoot: RootChange | null;
  /** Its stored files were chosen. Where there was none, it has no root of the files ring. */
  readonly filesDropped: boolean;
  readonly filesRoot: RootChange | null;
  readonly mirrored: boolean;
  readonly rootsDestroyed: boolean;
  /** It takes stored files alone, and one of them holds the seed of a serial under a hold: it waits for its end. */
  readonly onHold: boolean;
}

/** Shreds that are neither complete nor given up, oldest first; those too that are only asked for. */
export async function openShreds(reader: Reader): Promise<Shred[]> {
  const { rows } = await sql<Shred>`
    select id, reason, lot_id as lot,
      array(select distinct lot_id from shred_serials where shred_id = id order by lot_id) as lots,
      (select coalesce(sum(upper(numbers) - lower(numbers)), 0)::int from shred_serials where shred_id = id) as quantity,
      intended_at is not null as intended,
      case when seeds_root_to is not null then jsonb_build_object('from', seeds_root_from, 'to', seeds_root_to) end
        as "seedsRoot",
      files_dropped_at is not null as "filesDropped",
      case when files_root_to is not null then jsonb_build_object('from', files_root_from, 'to', files_root_to) end
        as "filesRoot",
      mirrored_at is not null as mirrored, roots_destroyed_at is not null as "rootsDestroyed",
      files_dropped_at is null and ${waitsForHold(sql.ref('shreds.id'))} as "onHold"
    from shreds where completed_at is null and abandoned_at is null order by requested_at, id`.execute(
    reader.sql,
  );
  return rows;
}

/** Whether the keys of its seeds, if it takes any, are out of the seeds ring. */
export function hasErasedSeeds(shred: Shred): boolean {
  return shred.lots.length === 0 || shred.seedsRoot !== null;
}

/** Whether both rings have rotated as far as the shred needs it. */
export function hasErasedKeys(shred: Shred): boolean {
  return hasErasedSeeds(shred) && shred.filesDropped;
}

/**
 * Whether anything is to be shredded: a shred is open, a cancelled lot has seeds that none takes, or a term has ended. What
 * waits for the end of a hold is not due.
 */
export async function isShredDue(reader: Reader): Promise<boolean> {
  if (await isBackingOff(reader, 'shred', 'all')) return false;
  const { rows } = await sql<{ due: boolean }>`
    select exists (select from shreds where completed_at is null and abandoned_at is null
          and (files_dropped_at is not null or not ${waitsForHold(sql.ref('shreds.id'))}))
        or exists (select from lots join serial_states s on lot_id = lots.id
          where state = 'cancelled' and seed = 'living' and not multirange(s.numbers) <@ coalesce(
            (select range_agg(h.numbers) from held_serials h where h.space_id = s.space_id and h.numbers && s.numbers),
            '{}')) as due`.execute(reader.sql);
  return rows[0]?.due === true || isAnythingDue(reader);
}

/** Notes, in the transaction of a rotation, which root it ended and which it began. */
export async function noteRotation(
  effect: Effect,
  shred: Shred,
  ring: 'seeds' | 'files',
  change: RootChange,
): Promise<void> {
  const [from, to] =
    ring === 'seeds' ? ['seeds_root_from', 'seeds_root_to'] : ['files_root_from', 'files_root_to'];
  await sql`update shreds set ${sql.ref(from)} = ${change.from}, ${sql.ref(to)} = ${change.to}
    where id = ${shred.id}`.execute(effect.sql);
}

export async function noteMirrored(effect: Effect, shred: Shred): Promise<void> {
  await sql`update shreds set mirrored_at = now() where id = ${shred.id} and mirrored_at is null`.execute(
    effect.sql,
  );
}

export async function noteRootsDestroyed(effect: Effect, shred: Shred): Promise<void> {
  await sql`update shreds set roots_destroyed_at = now() where id = ${shred.id}`.execute(effect.sql);
}

/** Whether work still holds a lease from before the ring's current epoch: its root must not be destroyed yet. */
export async function hasOlderLeases(
  reader: Reader,
  ring: 'seeds' | 'files',
  epoch: number,
): Promise<boolean> {
  const { rows } = await sql`select from leases
    where ring = ${ring} and epoch < ${epoch} and ends_at > now() limit 1`.execute(reader.sql);
  return rows.length > 0;
}
