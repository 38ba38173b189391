import { createHash, timingSafeEqual } from 'node:crypto';
import { assertDeliveryTransition, assertLotTransition, DomainError } from '@seedlot/domain';
import { lockDelivery } from './deliveries.ts';
import type { FileOf } from './downloads.ts';
import type { Effect } from './effect.ts';
import { LedgerError } from './errors.ts';
import { lockLot } from './lots.ts';

/** Wrong receipts in a row that lock a file. */
export const WRONG_RECEIPTS_LIMIT = 5;

export type ReceiptVerdict =
  | { readonly verdict: 'accepted' }
  | { readonly verdict: 'refused'; readonly inARow: number; readonly locked: boolean };

/**
 * Judges the receipt for a lot's factory file: `sha256` is the SHA-256 of the decrypted file, 32 attacker-controlled
 * bytes. A wrong one is an effect too: it is counted and recorded, so it is told by the verdict, not thrown. Throws
 * `file_locked`, `file_absent`, `receipt_not_due` (nobody downloaded the file yet, or its receipt is in).
 */
export async function recordReceipt(
  effect: Effect,
  lotId: string,
  sha256: Uint8Array,
): Promise<ReceiptVerdict> {
  const { state } = await lockLot(effect, lotId);
  const file = await lockReceivable(effect, { lot: lotId }, state);
  assertLotTransition(lotId, state, 'received');
  if (!isRight(file, sha256)) return refuse(effect, file);
  await effect.sql
    .updateTable('lots')
    .set({ state: 'received', received_at: effect.at })
    .where('id', '=', lotId)
    .execute();
  return accept(effect, file);
}

/** The same for the current export of a delivery: the first receipt makes the delivery received. */
export async function recordExportReceipt(
  effect: Effect,
  delivery: string,
  sha256: Uint8Array,
): Promise<ReceiptVerdict> {
  const { state } = await lockDelivery(effect, delivery);
  if (state === 'cancelled') throw new LedgerError('file_absent', `${delivery} is cancelled and has no file`);
  const file = await lockReceivable(effect, { delivery }, state);
  if (!isRight(file, sha256)) return refuse(effect, file);
  if (state !== 'received') {
    assertDeliveryTransition(delivery, state, 'received');
    await effect.sql
      .updateTable('deliveries')
      .set({ state: 'received', received_at: effect.at })
      .where('id', '=', delivery)
      .execute();
  }
  return accept(effect, file);
}

/** A file whose receipt is due, its row locked. */
interface Receivable {
  readonly file: string;
  readonly of: FileOf;
  readonly hash: Buffer;
  readonly wrong: number;
}

async function lockReceivable(effect: Effect, of: FileOf, state: string): Promise<Receivable> {
  const file = await effect.sql
    .selectFrom('files')
    .select(['id', 'receipt_hash', 'wrong_receipts', 'locked_at', 'first_downloaded_at', 'received_at'])
    .where('lot' in of ? 'lot_id' : 'delivery_id', '=', 'lot' in of ? of.lot : of.delivery)
    .where('dropped_at', 'is', null)
    .where('replaced_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (file === undefined)
    throw new LedgerError('file_absent', `${Object.values(of)} is ${state} and has no file`);
  if (file.locked_at !== null) {
    throw new LedgerError('file_locked', `${file.id} is locked after ${file.wrong_receipts} wrong receipts`);
  }
  if (file.received_at !== null) throw new LedgerError('receipt_not_due', `The receipt for ${file.id} is in`);
  if (file.first_downloaded_at === null)
    throw new LedgerError('receipt_not_due', `Nobody has downloaded ${file.id}`);
  return { file: file.id, of, hash: file.receipt_hash, wrong: file.wrong_receipts };
}

function isRight({ hash }: Receivable, sha256: Uint8Array): boolean {
  return timingSafeEqual(createHash('sha256').update(sha256).digest(), hash);
}

async function accept(effect: Effect, { file, of }: Receivable): Promise<ReceiptVerdict> {
  await effect.sql
    .updateTable('files')
    .set({ received_at: effect.at, wrong_receipts: 0 })
    .where('id', '=', file)
    .execute();
  await effect.record('receipt.accepted', { file, ...of });
  return { verdict: 'accepted' };
}

async function refuse(effect: Effect, { file, of, wrong }: Receivable): Promise<ReceiptVerdict> {
  const inARow = wrong + 1;
  const locked = inARow >= WRONG_RECEIPTS_LIMIT;
  await effect.sql
    .updateTable('files')
    .set({ wrong_receipts: inARow, locked_at: locked ? effect.at : null })
    .where('id', '=', file)
    .execute();
  await effect.record('receipt.refused', { file, ...of, inARow });
  if (locked) await effect.record('file.locked', { file, ...of, wrongReceipts: inARow });
  return { verdict: 'refused', inARow, locked };
}

/** Lets receipts for a locked file in again. Throws `unknown_file`, `file_not_locked`. */
export async function unlockFile(effect: Effect, id: string): Promise<void> {
  const file = await effect.sql
    .selectFrom('files')
    .select(['lot_id as lot', 'delivery_id as delivery', 'locked_at'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (file === undefined) throw new DomainError('unknown_file', `There is no file ${id}`);
  if (file.locked_at === null) throw new LedgerError('file_not_locked', `${id} is not locked`);
  await effect.sql
    .updateTable('files')
    .set({ locked_at: null, wrong_receipts: 0 })
    .where('id', '=', id)
    .execute();
  await effect.record('file.unlocked', { file: id, ...ofFile(file) });
}

function ofFile({ lot, delivery }: { lot: string | null; delivery: string | null }) {
  return { ...(lot !== null && { lot }), ...(delivery !== null && { delivery }) };
}
