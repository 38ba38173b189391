import type { Effect } from './effect.ts';
import { LedgerError } from './errors.ts';
import { shredFiles } from './file-shreds.ts';
import { lockLot } from './lots.ts';

/**
 * Takes back the factory file of a dispatched lot whose receipt is not in: a lost file, a replaced key. Its key goes,
 * and the dispatcher makes another. Throws `unknown_lot`, `file_absent` when the lot has none to take back.
 */
export async function remakeFactoryFile(effect: Effect, id: string): Promise<void> {
  const lot = await lockLot(effect, id);
  const taken = await effect.sql
    .updateTable('files')
    .set({ replaced_at: effect.at })
    .where('lot_id', '=', id)
    .where('dropped_at', 'is', null)
    .where('replaced_at', 'is', null)
    .where('received_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (taken === undefined || lot.state !== 'dispatched') {
    throw new LedgerError('file_absent', `${id} is ${lot.state} and has no factory file without a receipt`);
  }
  await shredFiles(effect, 'file_replaced', { files: [taken.id] });
  effect.knockAfter({ job: 'dispatch', lot: id });
}
