import { assertDeliveryTransition, DomainError } from '@seedlot/domain';
import { ExportWriter } from '@seedlot/seed-files';
import { type NotNull, sql } from 'kysely';
import { lockDelivery } from './deliveries.ts';
import { serialsInCustody } from './delivery-serials.ts';
import { unpublishedBefore } from './delivery-views.ts';
import type { Effect, Reader } from './effect.ts';
import { LedgerError } from './errors.ts';
import { lockLots } from './lots.ts';
import { moveSerials } from './serial-states.ts';

/** What a stored file is of: a factory file of its lot, an export of its delivery. */
export type FileOf = { readonly lot: string } | { readonly delivery: string };

/** A stored file as the door serves it. */
export interface StoredFile {
  readonly file: string;
  readonly of: FileOf;
  /** The lots that it has serials of, in the order in which they are locked. */
  readonly lots: readonly string[];
  /** What a download calls it. */
  readonly name: string;
  readonly version: number;
  readonly keyId: string;
  /** The attempt that made it: its seal is bound to this id. */
  readonly attempt: string;
  readonly objectName: string;
  readonly size: number;
  readonly messageSha256: Buffer;
  readonly recordSeq: bigint;
}

/** Neither dropped nor replaced. */
function currentFiles(reader: Reader) {
  return reader.sql
    .selectFrom('files')
    .select([
      'files.id as file',
      'files.version',
      'files.format',
      'files.key_id as keyId',
      'files.attempt_id as attempt',
      'files.object_name as objectName',
      'files.size',
      'files.message_sha256 as messageSha256',
      'files.record_seq as recordSeq',
    ])
    .where('files.dropped_at', 'is', null)
    .where('files.replaced_at', 'is', null);
}

/** The factory file of a lot that may still be fetched. Throws `unknown_lot`, `file_absent`. */
export async function currentFile(reader: Reader, lot: string): Promise<StoredFile> {
  const known = await reader.sql.selectFrom('lots').select('state').where('id', '=', lot).executeTakeFirst();
  if (known === undefined) throw new DomainError('unknown_lot', `There is no lot ${lot}`);
  const row = await currentFiles(reader)
    .innerJoin('lots', 'lots.id', 'files.lot_id')
    .where('files.lot_id', '=', lot)
    .where('lots.state', 'not in', ['cancelled', 'lost'])
    .executeTakeFirst();
  if (row === undefined)
    throw new LedgerError('file_absent', `${lot} is ${known.state} and has no factory file`);
  const { format: _, size, ...file } = row;
  return { ...file, of: { lot }, lots: [lot], name: `${lot}.csv.pgp`, size: Number(size) };
}

/** The export of a delivery that may still be fetched. Throws `unknown_delivery`, `file_absent`. */
export async function currentExport(reader: Reader, delivery: string): Promise<StoredFile> {
  const known = await reader.sql
    .selectFrom('deliveries')
    .select('state')
    .where('id', '=', delivery)
    .executeTakeFirst();
  if (known === undefined) throw new DomainError('unknown_delivery', `There is no delivery ${delivery}`);
  const row = await currentFiles(reader)
    .innerJoin('deliveries', 'deliveries.id', 'files.delivery_id')
    .where('files.delivery_id', '=', delivery)
    .where('deliveries.state', '<>', 'cancelled')
    .$narrowType<{ format: NotNull }>()
    .executeTakeFirst();
  if (row === undefined)
    throw new LedgerError('file_absent', `${delivery} is ${known.state} and has no file`);
  const { format, size, ...file } = row;
  const name = `${delivery}.${new ExportWriter(format).extension}.pgp`;
  const lots = await lotsOfDelivery(reader, delivery);
  return { ...file, of: { delivery }, lots, name, size: Number(size) };
}

async function lotsOfDelivery(reader: Reader, delivery: string): Promise<string[]> {
  const rows = await reader.sql
    .selectFrom('delivery_serials')
    .select('lot_id')
    .distinct()
    .where('delivery_id', '=', delivery)
    .execute();
  return rows.map(row => row.lot_id).toSorted();
}

/**
 * Records that a download of `file` from byte `from` begins; the first one of a delivery hands its serials over. Throws
 * `records_unpublished` until every record of its lots and of its delivery up to the file's own is published: nobody
 * may hold a file that the log does not show.
 */
export async function beginDownload(effect: Effect, file: StoredFile, from: number): Promise<void> {
  await lockLots(effect, file.lots);
  if ('delivery' in file.of) await lockDelivery(effect, file.of.delivery);
  await assertCurrent(effect, file);
  await assertPublished(effect, file);
  await sql`update files set first_downloaded_at = coalesce(first_downloaded_at, now()) where id = ${file.file}`.execute(
    effect.sql,
  );
  await effect.record('file.downloaded', { file: file.file, ...file.of, fromByte: from, size: file.size });
  if ('delivery' in file.of) await handOver(effect, file.of.delivery);
}

async function assertCurrent(effect: Effect, { file, of }: StoredFile): Promise<void> {
  const current = 'lot' in of ? await currentFile(effect, of.lot) : await currentExport(effect, of.delivery);
  if (current.file !== file) throw new LedgerError('file_absent', `${file} was replaced`);
}

async function assertPublished(effect: Effect, { of, recordSeq }: StoredFile): Promise<void> {
  const waiting =
    'lot' in of
      ? sql`exists (select from records where lot_id = ${of.lot} and seq <= ${recordSeq} and published_at is null)`
      : unpublishedBefore(sql`${of.delivery}`, sql`${recordSeq}`);
  const { rows } = await sql<{ waiting: boolean }>`select ${waiting} as waiting`.execute(effect.sql);
  if (rows[0]?.waiting === false) return;
  throw new LedgerError('records_unpublished', `Records of ${Object.values(of)} are still being published`);
}

/** Later downloads, and those of later exports, find it done. */
async function handOver(effect: Effect, delivery: string): Promise<void> {
  const { state } = await lockDelivery(effect, delivery);
  if (state !== 'exported') return;
  assertDeliveryTransition(delivery, state, 'delivered');
  await effect.sql
    .updateTable('deliveries')
    .set({ state: 'delivered', delivered_at: effect.at })
    .where('id', '=', delivery)
    .execute();
  for (const serials of await serialsInCustody(effect, delivery, 'assigned')) {
    await moveSerials(effect, serials, { axis: 'custody', to: 'delivered' });
  }
}
