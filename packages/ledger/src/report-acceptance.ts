import { assertLotTransition, printSerial, type Range, type SerialResult } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { LedgerError } from './errors.ts';
import { type LockedLot, lockLot } from './lots.ts';
import { assertReportDue } from './report-upload.ts';
import { type LotReportView, showLotReport } from './report-views.ts';
import { moveSerials } from './serial-states.ts';

/** Runs of serials in one record; a longer list goes on in the next. */
const RECORD_RUNS = 1000;

/**
 * Accepts the complete report of a lot: its serials are burned or scrapped, the lot is produced. Throws `unknown_lot`,
 * `report_not_due`, `report_accepted`, `report_absent`, `report_incomplete`, `scrap_above_limit`.
 */
export async function acceptReport(effect: Effect, id: string): Promise<LotReportView> {
  const lot = await lockLot(effect, id);
  const { hindrance, ...view } = await showLotReport(effect, id);
  if (hindrance !== null) throw new LedgerError(hindrance.code, hindrance.message);
  assertLotTransition(id, lot.state, 'produced');
  const { rows: accepted } = await sql<{ id: string }>`
    update reports set state = 'accepted', ended_at = now() where lot_id = ${id} and state = 'judged'
    returning id`.execute(effect.sql);
  const scrapped = await runsOf(effect, lot, 'scrapped');
  await moveSerials(
    effect,
    { space: lot.space, ranges: await runsOf(effect, lot, 'burned') },
    { axis: 'custody', to: 'burned' },
  );
  await moveSerials(effect, { space: lot.space, ranges: scrapped }, { axis: 'custody', to: 'scrapped' });
  await effect.sql
    .updateTable('lots')
    .set({ state: 'produced', produced_at: effect.at })
    .where('id', '=', id)
    .execute();
  const { burned, samples } = view;
  const reports = accepted.map(part => part.id).toSorted();
  await effect.record('report.accepted', { lot: id, reports, burned, scrapped: view.scrapped, samples });
  await recordScrapped(effect, lot, scrapped);
  return showLotReport(effect, id);
}

/** Throws all judged parts away: the factory sends them anew. Throws `report_absent` when there is none. */
export async function discardReport(effect: Effect, id: string): Promise<LotReportView> {
  const lot = await lockLot(effect, id);
  assertReportDue(lot);
  const { rows } = await sql<{ id: string }>`
    update reports set state = 'refused', ended_at = now() where lot_id = ${id} and state = 'judged'
    returning id`.execute(effect.sql);
  if (rows.length === 0) throw new LedgerError('report_absent', `${id} has no judged part of a report`);
  const reports = rows.map(part => part.id);
  await effect.sql.deleteFrom('report_serials').where('report_id', 'in', reports).execute();
  for (const report of reports.toSorted())
    await effect.record('report.refused', { report, lot: id, faults: 0 });
  return showLotReport(effect, id);
}

async function runsOf(effect: Effect, { id }: LockedLot, result: SerialResult): Promise<Range[]> {
  const { rows } = await sql<Range>`
    select lower(numbers) as first, upper(numbers) as after
    from report_serials join reports on reports.id = report_id
    where lot_id = ${id} and result = ${result} order by numbers`.execute(effect.sql);
  return rows;
}

async function recordScrapped(
  effect: Effect,
  { id, space }: LockedLot,
  scrapped: readonly Range[],
): Promise<void> {
  for (let at = 0; at < scrapped.length; at += RECORD_RUNS) {
    const ranges = scrapped.slice(at, at + RECORD_RUNS);
    const serials = ranges.map(({ first, after }): [string, string] => [
      printSerial(space, first),
      printSerial(space, after - 1n),
    ]);
    await effect.record('serials.scrapped', { lot: id, serials }, { space: space.id, ranges });
  }
}
