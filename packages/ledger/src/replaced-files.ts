import type { Effect } from './effect.ts';
import { nextNumber, printId } from './ids.ts';

/** Asks the shredder to erase the key of a file that another has taken the place of; its seeds live on. */
export async function shredReplacedFile(
  effect: Effect,
  file: { readonly id: string; readonly attempt: string; readonly keyId: string },
): Promise<void> {
  const shred = printId('shred', await nextNumber(effect, 'shred_numbers'));
  const reason = 'file_replaced';
  await effect.sql.insertInto('shreds').values({ id: shred, reason, requested_by: effect.actor }).execute();
  await effect.sql
    .insertInto('shred_files')
    .values({ shred_id: shred, attempt_id: file.attempt, key_id: file.keyId, file_id: file.id })
    .execute();
  await effect.record('shred.requested', { shred, reason, quantity: 0, files: [file.id] });
}
