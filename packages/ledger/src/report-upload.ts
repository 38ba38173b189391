import { sql } from 'kysely';
import { commitAttempt, type FileAttempt, insertAttempt } from './attempts.ts';
import type { Effect, Reader } from './effect.ts';
import { LedgerError } from './errors.ts';
import { nextNumber, printId } from './ids.ts';
import { type LockedLot, lockLot } from './lots.ts';

/** A part of a lot's production report that stands complete in the object store, its signature good. */
export interface UploadedReport {
  readonly lot: string;
  readonly attempt: FileAttempt;
  readonly keyId: string;
  /** Bytes of the CSV. */
  readonly size: number;
  readonly csvSha256: Buffer;
  readonly signature: Uint8Array;
  /** Of the pinned key that signed it. */
  readonly signer: string;
}

/** A key of the lot's factory, as it was pinned. */
export interface FactoryKey {
  readonly armored: string;
  readonly state: 'current' | 'replaced';
}

/** Every key that the lot's factory has had: whoever verifies tells a replaced one from a strange one. */
export async function readFactoryKeys(reader: Reader, lot: string): Promise<FactoryKey[]> {
  const { rows } = await sql<FactoryKey>`
    select public_key as armored, case when replaced_at is null then 'current' else 'replaced' end as state
    from lots
      join orders on orders.id = lots.order_id
      join actors on actors.factory_id = orders.factory_id
      join recipient_keys on recipient_keys.actor_id = actors.id
    where lots.id = ${lot} order by recipient_keys.id desc`.execute(reader.sql);
  return rows;
}

/**
 * Opens an attempt at storing a part, to be committed before its upload begins. It takes no lease: nothing that a ring
 * has sealed is opened, and the part's own key enters the files ring only with its commit. Throws `unknown_lot`,
 * `report_not_due`, `report_accepted`.
 */
export async function beginReport(
  effect: Effect,
  { lot, holder }: { lot: string; holder: string },
): Promise<FileAttempt> {
  assertReportDue(await lockLot(effect, lot));
  return insertAttempt(effect, { kind: 'report', lot }, holder);
}

/**
 * Makes an uploaded part known to the tracker. The same bytes again are the part that they were at first: then nothing is
 * changed, and the new attempt is left open for its caller to close. Throws `attempt_closed`, `report_not_due`,
 * `report_accepted`.
 */
export async function commitReport(
  effect: Effect,
  uploaded: UploadedReport,
): Promise<{ report: string; isNew: boolean }> {
  const lot = await lockLot(effect, uploaded.lot);
  const copy = await livingCopy(effect, uploaded);
  if (copy !== null) return { report: copy, isNew: false };
  assertReportDue(lot);
  await commitAttempt(effect, uploaded.attempt);
  const report = printId('report', await nextNumber(effect, 'report_numbers'));
  await insertReport(effect, report, uploaded);
  await effect.record('report.received', {
    report,
    lot: lot.id,
    size: uploaded.size,
    csvSha256: uploaded.csvSha256.toString('hex'),
    signer: uploaded.signer,
  });
  effect.knockAfter({ job: 'report', report });
  return { report, isNew: true };
}

/** Throws `report_accepted` when the lot's report is complete and accepted, `report_not_due` before its receipt or after its end. */
export function assertReportDue({ id, state }: Pick<LockedLot, 'id' | 'state'>): void {
  if (state === 'received') return;
  if (state === 'produced' || state === 'closed') {
    throw new LedgerError('report_accepted', `The production report of ${id} was accepted`);
  }
  throw new LedgerError('report_not_due', `${id} is ${state}: a report comes after the receipt for its file`);
}

async function livingCopy(effect: Effect, { lot, csvSha256 }: UploadedReport): Promise<string | null> {
  const copy = await effect.sql
    .selectFrom('reports')
    .select('id')
    .where('lot_id', '=', lot)
    .where('csv_sha256', '=', csvSha256)
    .where('state', '<>', 'refused')
    .executeTakeFirst();
  return copy?.id ?? null;
}

async function insertReport(effect: Effect, report: string, uploaded: UploadedReport): Promise<void> {
  await effect.sql
    .insertInto('reports')
    .values({
      id: report,
      lot_id: uploaded.lot,
      csv_sha256: uploaded.csvSha256,
      size: BigInt(uploaded.size),
      signature: Buffer.from(uploaded.signature),
      signer_fingerprint: uploaded.signer,
      attempt_id: uploaded.attempt.id,
      key_id: uploaded.keyId,
      object_name: uploaded.attempt.objectName,
    })
    .execute();
}
