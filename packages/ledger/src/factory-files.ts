import { type Range, rangeSize } from '@seedlot/domain';
import { sql } from 'kysely';
import { commitAttempt } from './attempts.ts';
import type { Effect, Reader } from './effect.ts';
import { LedgerError } from './errors.ts';
import { assertWantsFactoryFile, wantsFactoryFile } from './factory-file-due.ts';
import { forgetFailures } from './failures.ts';
import { replaceFormerFile } from './file-replacement.ts';
import { assertLease } from './leases.ts';
import { type LockedLot, lockLot } from './lots.ts';
import { areBeingShredded } from './openable-lots.ts';
import { readDispatchOrder } from './sealed-lot.ts';
import { moveSerials } from './serial-states.ts';
import { recordMade, type StoredMessage } from './stored-message.ts';

/** A factory file that stands complete in the object store. */
export interface MadeFile extends StoredMessage {
  readonly lot: string;
  /** Which of the lot's requests it answers. */
  readonly request: number;
  /** The version of the frontier that the file was made from. */
  readonly frontierVersion: number;
}

/**
 * Makes a file available in place of the one before it: the lot is dispatched, if it was not before. The caller holds the lock of the seeds ring and
 * then of the files ring shared, so no shred can pass between the check of the frontier and the commit. Throws
 * `attempt_closed`, `lease_ended`, `frontier_moved`, and `lot_not_due`, also when another request or key has overtaken it.
 */
export async function commitFactoryFile(effect: Effect, made: MadeFile): Promise<{ file: string }> {
  const lot = await lockLot(effect, made.lot);
  await assertWantsFactoryFile(effect, lot.id);
  await assertLease(effect, made.lease);
  await assertFrontier(effect, lot.id, made.frontierVersion);
  await assertAsOrdered(effect, made);
  await commitAttempt(effect, made.attempt);

  await replaceFormerFile(effect, { lot: lot.id });
  const living = await livingSerials(effect, lot);
  const row = await recordMade(effect, made, {
    lot: lot.id,
    kind: 'factory',
    quantity: sizeOf(living),
    version: await nextVersion(effect, lot.id),
  });
  await effect.sql
    .insertInto('files')
    .values({ ...row, lot_id: lot.id, request: made.request, frontier_version: made.frontierVersion })
    .execute();
  if (lot.state === 'sealed') await beginDispatch(effect, lot, living);
  await forgetFailures(effect, 'dispatch', lot.id);
  return { file: row.id };
}

/** What was shredded before stays behind: the factory never had it. */
async function beginDispatch(effect: Effect, lot: LockedLot, living: readonly Range[]): Promise<void> {
  await effect.sql
    .updateTable('lots')
    .set({ state: 'dispatched', dispatched_at: effect.at })
    .where('id', '=', lot.id)
    .execute();
  await moveSerials(effect, { space: lot.space, ranges: living }, { axis: 'custody', to: 'dispatched' });
}

async function livingSerials(effect: Effect, lot: LockedLot): Promise<Range[]> {
  const { rows } = await sql<Range>`select lower(numbers) as first, upper(numbers) as after
    from serial_states where lot_id = ${lot.id} and seed = 'living'`.execute(effect.sql);
  return rows;
}

function sizeOf(ranges: readonly Range[]): number {
  return Number(ranges.reduce((sum, range) => sum + rangeSize(range), 0n));
}

async function assertFrontier(effect: Effect, lot: string, version: number): Promise<void> {
  const row = await effect.sql
    .selectFrom('seeds_ring.lot_keys')
    .select('frontier_version as version')
    .where('lot_id', '=', lot)
    .executeTakeFirst();
  if (row?.version === version) return;
  throw new LedgerError(
    'frontier_moved',
    `${lot} was punctured while its file was made from version ${version}`,
  );
}

/** Nobody shall get a file to a key that was replaced while it was made, nor one that another request has overtaken. */
async function assertAsOrdered(effect: Effect, made: MadeFile): Promise<void> {
  const { request, recipientFingerprint } = await readDispatchOrder(effect, made.lot);
  if (request === made.request && recipientFingerprint === made.recipient) return;
  throw new LedgerError('lot_not_due', `Another file of ${made.lot} was asked for while this one was made`);
}

async function nextVersion(effect: Effect, lot: string): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    select coalesce(max(version), 0) + 1 as version from files where lot_id = ${lot} and kind = 'factory'`.execute(
    effect.sql,
  );
  return rows[0]?.version ?? 1;
}

/** Lots that want a factory file now, of which none is being made, not being shredded, not backing off. */
export async function lotsToDispatch(reader: Reader): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from lots where ${wantsFactoryFile}
      and not ${areBeingShredded(sql`lots.id`)}
      and not exists (select from file_attempts where kind = 'factory' and lot_id = lots.id and state = 'open' and lease_ends_at > clock_timestamp())
      and not exists (select from failures where step = 'dispatch' and subject = lots.id and retry_at > now())
    order by id`.execute(reader.sql);
  return rows.map(row => row.id);
}
