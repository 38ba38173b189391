import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Effect, Reader } from './effect.ts';
import { LedgerError } from './errors.ts';
import { assertWantsFactoryFile } from './factory-file-due.ts';
import { leaseEnd } from './leases.ts';
import type { LockedLot } from './lots.ts';

/** One attempt to make a file: its object's name is its own, so that no two attempts ever write one object. */
export interface FileAttempt {
  readonly id: string;
  readonly objectName: string;
}

/** What an attempt makes: a lot's factory file, an export of a delivery, or the stored upload of a lot's report. */
export type AttemptSubject =
  | { readonly kind: 'factory' | 'report'; readonly lot: string }
  | { readonly kind: 'export'; readonly delivery: string };

/**
 * Opens an attempt at a lot's factory file, to be committed before its upload begins. Throws `lot_not_due`: another
 * one runs, or none is due.
 */
export async function openAttempt(effect: Effect, lot: LockedLot, holder: string): Promise<FileAttempt> {
  await assertWantsFactoryFile(effect, lot.id);
  const { rows } = await sql`select from file_attempts
    where kind = 'factory' and lot_id = ${lot.id} and state = 'open' and lease_ends_at > clock_timestamp()`.execute(
    effect.sql,
  );
  if (rows.length > 0) throw new LedgerError('lot_not_due', `A factory file of ${lot.id} is being made`);
  return insertAttempt(effect, { kind: 'factory', lot: lot.id }, holder);
}

/** The row of an attempt, whatever it makes; its caller has checked that it is due. */
export async function insertAttempt(
  effect: Effect,
  subject: AttemptSubject,
  holder: string,
): Promise<FileAttempt> {
  const id = randomUUID();
  const [lot, delivery] = subject.kind === 'export' ? [null, subject.delivery] : [subject.lot, null];
  const objectName = `${subject.kind === 'report' ? 'reports' : 'files'}/${lot ?? delivery}/${id}`;
  await sql`insert into file_attempts (id, kind, lot_id, delivery_id, object_name, holder, lease_ends_at)
    values (${id}, ${subject.kind}, ${lot}, ${delivery}, ${objectName}, ${holder}, ${leaseEnd})`.execute(
    effect.sql,
  );
  return { id, objectName };
}

/** Keeps a running attempt from being swept. Throws `attempt_closed`. */
export async function renewAttempt(effect: Effect, attempt: FileAttempt): Promise<void> {
  const { rows } = await sql`update file_attempts
    set lease_ends_at = ${leaseEnd}
    where id = ${attempt.id} and state = 'open' and lease_ends_at > clock_timestamp() returning id`.execute(
    effect.sql,
  );
  if (rows.length === 0) throw new LedgerError('attempt_closed', `Attempt ${attempt.id} was closed`);
}

/** Turns an open attempt into a committed one. Throws `attempt_closed`: a sweep was first, its object may be gone. */
export async function commitAttempt(effect: Effect, attempt: FileAttempt): Promise<void> {
  const { rows } = await sql`update file_attempts set state = 'committed'
    where id = ${attempt.id} and state = 'open' returning id`.execute(effect.sql);
  if (rows.length === 0) throw new LedgerError('attempt_closed', `Attempt ${attempt.id} was closed`);
}

/**
 * Closes an attempt that failed: once this resolves to true its file can no longer be committed, and its object may be
 * deleted. False for one that did come to its commit, whatever its worker was told: its object is the file.
 */
export async function closeAttempt(effect: Effect, attempt: FileAttempt): Promise<boolean> {
  const { rows } = await sql`update file_attempts set state = 'closed'
    where id = ${attempt.id} and state <> 'committed' returning id`.execute(effect.sql);
  return rows.length > 0;
}

/** Closes every attempt whose worker is overdue. */
export async function closeOverdueAttempts(effect: Effect): Promise<void> {
  await sql`update file_attempts set state = 'closed' where state = 'open' and lease_ends_at < clock_timestamp()`.execute(
    effect.sql,
  );
}

/** Closed attempts whose objects nobody has seen gone. */
export async function leftovers(reader: Reader): Promise<FileAttempt[]> {
  return reader.sql
    .selectFrom('file_attempts')
    .select(['id', 'object_name as objectName'])
    .where('state', '=', 'closed')
    .where('object_deleted_at', 'is', null)
    .execute();
}

export async function markDeleted(effect: Effect, attempt: FileAttempt): Promise<void> {
  await sql`update file_attempts set object_deleted_at = now() where id = ${attempt.id} and state = 'closed'`.execute(
    effect.sql,
  );
}
