import type { ShredReason } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { nextNumber, printId } from './ids.ts';

/** Stored files that nobody needs any more: files by id, or one part of a production report. */
export type UnneededFiles = { readonly files: readonly string[] } | { readonly report: string };

/**
 * Asks for the keys of stored files to be erased; the seeds in them live on. Files that are dropped already count for
 * nothing; when none is left, no shred is asked for.
 */
export async function shredFiles(
  effect: Effect,
  reason: Extract<
    ShredReason,
    'file_replaced' | 'delivery_cancelled' | 'report_judged' | 'factory_file_term'
  >,
  unneeded: UnneededFiles,
): Promise<void> {
  const stored =
    'report' in unneeded
      ? await storedReport(effect, unneeded.report)
      : await storedFiles(effect, unneeded.files);
  if (stored.length === 0) return;
  const shred = printId('shred', await nextNumber(effect, 'shred_numbers'));
  await effect.sql.insertInto('shreds').values({ id: shred, reason, requested_by: effect.actor }).execute();
  for (const { attempt, key, file, report } of stored) {
    await effect.sql
      .insertInto('shred_files')
      .values({ shred_id: shred, attempt_id: attempt, key_id: key, file_id: file, report_id: report })
      .execute();
  }
  const lots = new Set(stored.map(({ lot }) => lot));
  const [lot] = lots;
  await effect.record('shred.requested', {
    shred,
    reason,
    quantity: 0,
    ...(lots.size === 1 && lot !== null && lot !== undefined && { lot }),
    ...('report' in unneeded
      ? { report: unneeded.report }
      : { files: stored.map(({ file }) => file).filter(file => file !== null) }),
  });
  effect.knockAfter({ job: 'shred' });
}

interface Stored {
  readonly attempt: string;
  readonly key: string;
  readonly file: string | null;
  readonly report: string | null;
  readonly lot: string | null;
}

async function storedFiles(effect: Effect, ids: readonly string[]): Promise<Stored[]> {
  const { rows } = await sql<Stored>`
    select attempt_id as attempt, key_id as key, id as file, null as report, lot_id as lot
    from files where id = any(${ids}) and dropped_at is null order by id`.execute(effect.sql);
  return rows;
}

async function storedReport(effect: Effect, id: string): Promise<Stored[]> {
  const { rows } = await sql<Stored>`
    select attempt_id as attempt, key_id as key, null as file, id as report, lot_id as lot
    from reports where id = ${id} and dropped_at is null`.execute(effect.sql);
  return rows;
}
