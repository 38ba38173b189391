import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { LedgerError } from './errors.ts';
import { forgetFailures } from './failures.ts';
import { closeDoneLot } from './lot-closing.ts';
import { lockLot } from './lots.ts';
import { moveSerials } from './serial-states.ts';
import { aboutShred, serialsToShred } from './shred-serials.ts';
import { hasErasedKeys, openShreds, type Shred } from './shreds.ts';

/** Ends a shred whose roots are gone and whose self-check passed. Throws `lot_not_due` when a step is missing. */
export async function completeShred(effect: Effect, id: string): Promise<void> {
  const taken = await serialsToShred(effect, [id]);
  const lots = [];
  for (const { lot, ranges } of taken) lots.push({ ranges, ...(await lockLot(effect, lot)) });
  const shred = await readyShred(effect, id);
  const filesDropped = await markCompleted(effect, id);
  for (const { space, ranges } of lots) {
    await moveSerials(effect, { space, ranges }, { axis: 'seed', to: 'shredded' });
  }
  const { lot, quantity, seedsRoot, filesRoot } = shred;
  const fields = { shred: id, ...(lot !== null && { lot }), quantity, seedsRoot, filesRoot, filesDropped };
  await effect.record('shred.completed', fields, await aboutShred(effect, shred));
  for (const { id: closing } of lots) await closeDoneLot(effect, closing);
  await forgetFailures(effect, 'shred', 'all');
  if (lot === null) return;
  for (const step of ['generate', 'dispatch'] as const) await forgetFailures(effect, step, lot);
}

/** Asked under the locks of its lots: of two shredders one ends the shred. */
async function readyShred(effect: Effect, id: string): Promise<Shred> {
  const shred = (await openShreds(effect)).find(open => open.id === id);
  if (shred !== undefined && hasErasedKeys(shred) && shred.rootsDestroyed) return shred;
  throw new LedgerError('lot_not_due', `${id} is not ready to be completed`);
}

/** Resolves to the files that the shred has dropped. */
async function markCompleted(effect: Effect, id: string): Promise<string[]> {
  const { rows } = await sql<{ files: string[] }>`
    update shreds set completed_at = now() where id = ${id} and completed_at is null
    returning array(select file_id from shred_files
      where shred_id = shreds.id and file_id is not null order by file_id) as files`.execute(effect.sql);
  const [row] = rows;
  if (row !== undefined) return row.files;
  throw new LedgerError('lot_not_due', `${id} was completed meanwhile`);
}
