import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { LedgerError } from './errors.ts';
import { lockLot } from './lots.ts';

/**
 * Asks for another factory file of a dispatched lot whose receipt is not in: a lost file, a replaced key. The one before
 * is served until the commit of the new one takes its place. Throws `unknown_lot`, `file_absent` when the lot has none
 * without a receipt.
 */
export async function remakeFactoryFile(effect: Effect, id: string): Promise<void> {
  const { state } = await lockLot(effect, id);
  const { rows } = await sql<{ request: number }>`
    update lots set files_wanted = files_wanted + 1
    where id = ${id} and state = 'dispatched' and exists (select from files
      where lot_id = lots.id and dropped_at is null and replaced_at is null and received_at is null)
    returning files_wanted as request`.execute(effect.sql);
  const [row] = rows;
  if (row === undefined) {
    throw new LedgerError('file_absent', `${id} is ${state} and has no factory file without a receipt`);
  }
  await effect.record('file.requested', { lot: id, request: row.request });
  effect.knockAfter({ job: 'dispatch', lot: id });
}
