import { DomainError } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect, Reader } from './effect.ts';
import { LedgerError } from './errors.ts';
import { lockLot } from './lots.ts';

/** A stored file as the door serves it. */
export interface StoredFile {
  readonly file: string;
  readonly lot: string;
  readonly factory: string;
  readonly version: number;
  readonly keyId: string;
  /** The attempt that made it: its seal is bound to this id. */
  readonly attempt: string;
  readonly objectName: string;
  readonly size: number;
  readonly messageSha256: Buffer;
  readonly recordSeq: bigint;
}

/** The factory file of a lot that may still be fetched. Throws `unknown_lot`, `file_absent`. */
export async function currentFile(reader: Reader, lot: string): Promise<StoredFile> {
  const known = await reader.sql.selectFrom('lots').select('state').where('id', '=', lot).executeTakeFirst();
  if (known === undefined) throw new DomainError('unknown_lot', `There is no lot ${lot}`);
  const row = await reader.sql
    .selectFrom('files')
    .innerJoin('lots', 'lots.id', 'files.lot_id')
    .innerJoin('orders', 'orders.id', 'lots.order_id')
    .select([
      'files.id as file',
      'factory_id as factory',
      'version',
      'key_id as keyId',
      'attempt_id as attempt',
      'object_name as objectName',
      'size',
      'message_sha256 as messageSha256',
      'record_seq as recordSeq',
    ])
    .where('lot_id', '=', lot)
    .where('kind', '=', 'factory')
    .where('dropped_at', 'is', null)
    .where('replaced_at', 'is', null)
    .where('lots.state', 'not in', ['cancelled', 'lost'])
    .executeTakeFirst();
  if (row === undefined)
    throw new LedgerError('file_absent', `${lot} is ${known.state} and has no factory file`);
  return { ...row, lot, size: Number(row.size) };
}

/**
 * Records that a download of `file` from byte `from` begins. Throws `records_unpublished` until every record of the
 * lot up to the file's own is published: nobody may hold a file that the log does not show.
 */
export async function beginDownload(effect: Effect, file: StoredFile, from: number): Promise<void> {
  await lockLot(effect, file.lot);
  await assertCurrent(effect, file);
  const { rows } = await sql`select from records where lot_id = ${file.lot} and seq <= ${file.recordSeq}
    and published_at is null limit 1`.execute(effect.sql);
  if (rows.length > 0) {
    throw new LedgerError('records_unpublished', `Records of ${file.lot} are still being published`);
  }
  await sql`update files set first_downloaded_at = coalesce(first_downloaded_at, now()) where id = ${file.file}`.execute(
    effect.sql,
  );
  await effect.record('file.downloaded', { file: file.file, lot: file.lot, fromByte: from, size: file.size });
}

async function assertCurrent(effect: Effect, file: StoredFile): Promise<void> {
  const current = await currentFile(effect, file.lot);
  if (current.file !== file.file) throw new LedgerError('file_absent', `${file.file} was replaced`);
}
