import { sql } from 'kysely';
import type { Effect, Reader } from './effect.ts';
import { LedgerError } from './errors.ts';
import { forgetFailures } from './failures.ts';
import { nextNumber, printId } from './ids.ts';
import { assertDue, lockLot, serialsOfLot } from './lots.ts';
import { moveSerials } from './serial-states.ts';

/** Which root a rotation ended and which it began; null while that rotation has not committed. */
export interface RootChange {
  readonly from: number;
  readonly to: number;
}

/** A shred under way: every step that has committed is seen here, so that it goes on after a crash. */
export interface Shred {
  readonly id: string;
  readonly lot: string;
  readonly seedsRoot: RootChange | null;
  readonly filesRoot: RootChange | null;
  readonly mirrored: boolean;
  readonly rootsDestroyed: boolean;
}

/** Lots with something left to shred, not backing off. */
export async function lotsToShred(reader: Reader): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from lots
    where (state = 'cancelled' and exists (
        select from serial_states where lot_id = lots.id and seed in ('living', 'shredding'))
      or exists (select from shreds where lot_id = lots.id and completed_at is null and abandoned_at is null))
      and not exists (select from failures where step = 'shred' and subject = lots.id and retry_at > now())
    order by id`.execute(reader.sql);
  return rows.map(row => row.id);
}

/** Shreds that are neither complete nor given up, oldest first. */
export async function openShreds(reader: Reader): Promise<Shred[]> {
  const { rows } = await sql<Shred>`
    select id, lot_id as lot,
      case when seeds_root_to is not null then jsonb_build_object('from', seeds_root_from, 'to', seeds_root_to) end
        as "seedsRoot",
      case when files_root_to is not null then jsonb_build_object('from', files_root_from, 'to', files_root_to) end
        as "filesRoot",
      mirrored_at is not null as mirrored, roots_destroyed_at is not null as "rootsDestroyed"
    from shreds where intended_at is not null and completed_at is null and abandoned_at is null order by intended_at, id`.execute(
    reader.sql,
  );
  return rows;
}

/** Opens the shred of a cancelled lot, unless one is open or has left nothing to shred. Throws `lot_not_due`. */
export async function intendShred(effect: Effect, lotId: string): Promise<void> {
  const lot = await lockLot(effect, lotId);
  assertDue(lot, 'cancelled');
  if (!(await isUnshredded(effect, lotId))) return;
  const id = printId('shred', await nextNumber(effect, 'shred_numbers'));
  await effect.sql
    .insertInto('shreds')
    .values({ id, lot_id: lotId, reason: 'order_cancelled', intended_at: effect.at })
    .execute();
  await effect.record('shred.intent', {
    shred: id,
    lot: lotId,
    reason: 'order_cancelled',
    quantity: lot.shape.quantity,
  });
}

/** Asked under the lot's lock: whoever saw the lot due may have been overtaken by another shredder. */
async function isUnshredded(effect: Effect, lot: string): Promise<boolean> {
  const { rows } = await sql`
    select from serial_states where lot_id = ${lot} and seed = 'living'
      and not exists (select from shreds where lot_id = ${lot} and completed_at is null and abandoned_at is null)
    limit 1`.execute(effect.sql);
  return rows.length > 0;
}

/**
 * Takes the lot out of the seeds ring: its keys' ids, for the rotation of this same transaction to erase. The caller
 * holds the ring's lock exclusively.
 */
export async function dropLotKeys(effect: Effect, lotId: string): Promise<string[]> {
  const lot = await lockLot(effect, lotId);
  await moveSerials(effect, serialsOfLot(lot), { axis: 'seed', to: 'shredding' });
  await effect.sql.deleteFrom('seeds_ring.segments').where('lot_id', '=', lotId).execute();
  await effect.sql.deleteFrom('seeds_ring.pages').where('lot_id', '=', lotId).execute();
  const keys = await effect.sql
    .deleteFrom('seeds_ring.lot_keys')
    .where('lot_id', '=', lotId)
    .returning(['frontier_key', 'page_key'])
    .executeTakeFirst();
  return keys === undefined ? [] : [keys.frontier_key, keys.page_key];
}

/** Drops every stored file of the lot: their keys' ids, for the rotation of this same transaction to erase. */
export async function dropLotFiles(effect: Effect, lotId: string): Promise<string[]> {
  const files = await effect.sql
    .updateTable('files')
    .set({ dropped_at: effect.at })
    .where('lot_id', '=', lotId)
    .where('dropped_at', 'is', null)
    .returning(['key_id', 'attempt_id'])
    .execute();
  const attempts = files.map(file => file.attempt_id);
  await sql`update file_attempts set state = 'closed'
    where id = any(${attempts}::uuid[]) or (lot_id = ${lotId} and state = 'open')`.execute(effect.sql);
  return files.map(file => file.key_id);
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
  await sql`update shreds set mirrored_at = now() where id = ${shred.id}`.execute(effect.sql);
}

export async function noteRootsDestroyed(effect: Effect, shred: Shred): Promise<void> {
  await sql`update shreds set roots_destroyed_at = now() where id = ${shred.id}`.execute(effect.sql);
}

/** Ends a shred whose roots are gone and whose self-check passed. Throws `lot_not_due` when a step is missing. */
export async function completeShred(effect: Effect, id: string): Promise<void> {
  const known = await effect.sql
    .selectFrom('shreds')
    .select('lot_id')
    .where('id', '=', id)
    .executeTakeFirst();
  const lot = await lockLot(effect, known?.lot_id ?? id);
  const shred = (await openShreds(effect)).find(open => open.id === id);
  if (shred === undefined || !shred.rootsDestroyed || shred.seedsRoot === null || shred.filesRoot === null) {
    throw new LedgerError('lot_not_due', `${id} is not ready to be completed`);
  }
  await moveSerials(effect, serialsOfLot(lot), { axis: 'seed', to: 'shredded' });
  await sql`update shreds set completed_at = now() where id = ${id}`.execute(effect.sql);
  const dropped = await effect.sql
    .selectFrom('files')
    .select('id')
    .where('lot_id', '=', shred.lot)
    .where('dropped_at', 'is not', null)
    .orderBy('id')
    .execute();
  await effect.record('shred.completed', {
    shred: id,
    lot: shred.lot,
    quantity: lot.shape.quantity,
    seedsRoot: shred.seedsRoot,
    filesRoot: shred.filesRoot,
    filesDropped: dropped.map(file => file.id),
  });
  for (const step of ['generate', 'dispatch', 'shred'] as const)
    await forgetFailures(effect, step, shred.lot);
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
