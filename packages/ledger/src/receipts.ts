import { createHash, timingSafeEqual } from 'node:crypto';
import { assertLotTransition, DomainError } from '@seedlot/domain';
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
  const lot = await lockLot(effect, lotId);
  const file = await effect.sql
    .selectFrom('files')
    .select(['id', 'receipt_hash', 'wrong_receipts', 'locked_at', 'first_downloaded_at', 'received_at'])
    .where('lot_id', '=', lotId)
    .where('kind', '=', 'factory')
    .where('dropped_at', 'is', null)
    .where('replaced_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (file === undefined)
    throw new LedgerError('file_absent', `${lotId} is ${lot.state} and has no factory file`);
  if (file.locked_at !== null) {
    throw new LedgerError('file_locked', `${file.id} is locked after ${file.wrong_receipts} wrong receipts`);
  }
  if (file.received_at !== null) throw new LedgerError('receipt_not_due', `The receipt for ${file.id} is in`);
  if (file.first_downloaded_at === null)
    throw new LedgerError('receipt_not_due', `Nobody has downloaded ${file.id}`);
  assertLotTransition(lotId, lot.state, 'received');
  const right = timingSafeEqual(createHash('sha256').update(sha256).digest(), file.receipt_hash);
  return right
    ? accept(effect, lotId, file.id)
    : refuse(effect, { lot: lotId, file: file.id, inARow: file.wrong_receipts + 1 });
}

async function accept(effect: Effect, lot: string, file: string): Promise<ReceiptVerdict> {
  await effect.sql
    .updateTable('files')
    .set({ received_at: effect.at, wrong_receipts: 0 })
    .where('id', '=', file)
    .execute();
  await effect.sql
    .updateTable('lots')
    .set({ state: 'received', received_at: effect.at })
    .where('id', '=', lot)
    .execute();
  await effect.record('receipt.accepted', { file, lot });
  return { verdict: 'accepted' };
}

async function refuse(
  effect: Effect,
  { lot, file, inARow }: { lot: string; file: string; inARow: number },
): Promise<ReceiptVerdict> {
  const locked = inARow >= WRONG_RECEIPTS_LIMIT;
  await effect.sql
    .updateTable('files')
    .set({ wrong_receipts: inARow, locked_at: locked ? effect.at : null })
    .where('id', '=', file)
    .execute();
  await effect.record('receipt.refused', { file, lot, inARow });
  if (locked) await effect.record('file.locked', { file, lot, wrongReceipts: inARow });
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
  await effect.record('file.unlocked', { file: id, ...(file.lot === null ? {} : { lot: file.lot }) });
}
