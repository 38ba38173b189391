import type { FileOf } from './downloads.ts';
import type { Effect } from './effect.ts';
import { shredFiles } from './file-shreds.ts';

/** Lets a new file take the place of the one that is served now, if there is one: its key goes with the next shred. */
export async function replaceFormerFile(effect: Effect, of: FileOf): Promise<void> {
  const [subject, id] = 'lot' in of ? (['lot_id', of.lot] as const) : (['delivery_id', of.delivery] as const);
  const former = await effect.sql
    .updateTable('files')
    .set({ replaced_at: effect.at })
    .where(subject, '=', id)
    .where('replaced_at', 'is', null)
    .where('dropped_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (former === undefined) return;
  await effect.record('file.replaced', { file: former.id, ...of });
  await shredFiles(effect, 'file_replaced', { files: [former.id] });
}
