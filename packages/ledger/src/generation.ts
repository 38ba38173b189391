import { pageCount } from '@seedlot/domain';
import { sql } from 'kysely';
import { asBuffer } from './as-buffer.ts';
import type { Effect, Reader } from './effect.ts';
import { LedgerError } from './errors.ts';
import { forgetFailures } from './failures.ts';
import { assertDue, type LockedLot, lockLot, serialsOfLot } from './lots.ts';
import { moveSerials } from './serial-states.ts';

/** Pages of one run: what one worker makes and stores in one transaction. */
export const RUN_PAGES = 16;

/** Seconds that a claimed run belongs to its worker. */
const CLAIM_SECONDS = 30;

/** Where a lot's keys stand in the seeds ring, with its first frontier, sealed. */
export interface LotKeys {
  readonly frontierKey: string;
  readonly pageKey: string;
  readonly frontier: Uint8Array;
}

/** A run of pages claimed by one worker. */
export interface PageRun {
  readonly lot: string;
  readonly run: number;
  readonly firstPage: number;
  readonly afterPage: number;
}

/**
 * Starts the generation of an ordered lot under its fresh keys. From here on its seeds count as living, before the
 * first is drawn. Throws `lot_not_due`: another worker was first, or the order is cancelled.
 */
export async function beginGeneration(effect: Effect, lot: LockedLot, keys: LotKeys): Promise<void> {
  assertDue(lot, 'ordered');
  await effect.sql
    .insertInto('seeds_ring.lot_keys')
    .values({
      lot_id: lot.id,
      frontier_key: keys.frontierKey,
      page_key: keys.pageKey,
      frontier: asBuffer(keys.frontier),
    })
    .execute();
  const pages = pageCount(lot.shape.quantity);
  await sql`
    insert into generation_runs (lot_id, run, first_page, after_page)
    select ${lot.id}, run, run * ${RUN_PAGES}::int, least((run + 1) * ${RUN_PAGES}::int, ${pages}::int)
    from generate_series(0, ${Math.ceil(pages / RUN_PAGES) - 1}::int) run`.execute(effect.sql);
  await effect.sql.updateTable('lots').set({ state: 'generating' }).where('id', '=', lot.id).execute();
  await moveSerials(effect, serialsOfLot(lot), { axis: 'seed', to: 'living' });
  await effect.record('lot.generating', { lot: lot.id, pages });
}

/** Claims a run that nobody makes, or whose worker is overdue; null when there is none. */
export async function claimRun(effect: Effect, lot: string, holder: string): Promise<PageRun | null> {
  const { rows } = await sql<PageRun>`
    update generation_runs set holder = ${holder}, lease_ends_at = clock_timestamp() + ${CLAIM_SECONDS} * interval '1 second'
    where (lot_id, run) = (
      select lot_id, run from generation_runs
      where lot_id = ${lot} and done_at is null and (lease_ends_at is null or lease_ends_at < clock_timestamp())
      order by run limit 1 for update skip locked)
    returning lot_id as lot, run, first_page as "firstPage", after_page as "afterPage"`.execute(effect.sql);
  return rows[0] ?? null;
}

/** Gives a claimed run back, for another worker to take at once. */
export async function releaseRun(effect: Effect, run: PageRun, holder: string): Promise<void> {
  await effect.sql
    .updateTable('generation_runs')
    .set({ lease_ends_at: null })
    .where('lot_id', '=', run.lot)
    .where('run', '=', run.run)
    .where('holder', '=', holder)
    .where('done_at', 'is', null)
    .execute();
}

/**
 * Stores all pages of a run, sealed. A page that stands already stays as it is: made twice, it counts once. Each has a
 * statement of its own, since the driver copies the values of one several times over. Throws `lot_not_due` when the lot
 * is no longer generating.
 */
export async function storeRun(effect: Effect, run: PageRun, pages: readonly Uint8Array[]): Promise<void> {
  assertDue(await lockLot(effect, run.lot, 'share'), 'generating');
  for (const [i, sealed] of pages.entries()) {
    await effect.sql
      .insertInto('seeds_ring.pages')
      .values({ lot_id: run.lot, page: run.firstPage + i, sealed: asBuffer(sealed) })
      .onConflict(conflict => conflict.doNothing())
      .execute();
  }
  await sql`
    update generation_runs set pages_done = after_page - first_page, done_at = now(), lease_ends_at = null
    where lot_id = ${run.lot} and run = ${run.run} and done_at is null`.execute(effect.sql);
}

/** Seals a lot once all runs are done; false while some are not. Throws `lot_not_due`, `pages_missing`. */
export async function sealLot(effect: Effect, id: string): Promise<boolean> {
  const lot = await lockLot(effect, id);
  assertDue(lot, 'generating');
  const open = await effect.sql
    .selectFrom('generation_runs')
    .select('run')
    .where('lot_id', '=', id)
    .where('done_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  if (open !== undefined) return false;
  const { pages, digest } = await countPages(effect, id);
  const expected = pageCount(lot.shape.quantity);
  if (pages !== expected) throw new LedgerError('pages_missing', `${id} has ${pages} pages of ${expected}`);
  await effect.sql
    .updateTable('lots')
    .set({ state: 'sealed', sealed_at: effect.at })
    .where('id', '=', id)
    .execute();
  await effect.record('lot.sealed', {
    lot: id,
    pages,
    quantity: lot.shape.quantity,
    pagesSha256: digest.toString('hex'),
  });
  await forgetFailures(effect, 'generate', id);
  effect.knockAfter({ job: 'dispatch', lot: id });
  return true;
}

/** SHA-256 over the SHA-256 of every sealed page in order: the record binds the exact ciphertext. */
async function countPages(effect: Effect, lot: string): Promise<{ pages: number; digest: Buffer }> {
  const { rows } = await sql<{ pages: number; digest: Buffer }>`
    select count(*)::int as pages, sha256(coalesce(string_agg(sha256(sealed), ''::bytea order by page), ''::bytea)) as digest
    from seeds_ring.pages where lot_id = ${lot}`.execute(effect.sql);
  return rows[0] ?? { pages: 0, digest: Buffer.alloc(0) };
}

/**
 * Lots that want generating now: ordered, or generating with a run that nobody makes, or with all runs made and nobody
 * left to seal it; and not backing off.
 */
export async function lotsToGenerate(reader: Reader): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from lots where (state = 'ordered' or state = 'generating' and
        (select coalesce(bool_or(lease_ends_at is null or lease_ends_at < clock_timestamp()), true)
          from generation_runs where lot_id = lots.id and done_at is null))
      and not exists (select from failures where step = 'generate' and subject = lots.id and retry_at > now())
    order by id`.execute(reader.sql);
  return rows.map(row => row.id);
}
