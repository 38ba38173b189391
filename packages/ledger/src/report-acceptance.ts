import { assertLotTransition, type Range, type SerialResult } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { LedgerError } from './errors.ts';
import { closeDoneLot } from './lot-closing.ts';
import { type LockedLot, lockLot } from './lots.ts';
import { recordRanges } from './range-records.ts';
import { assertReportDue } from './report-upload.ts';
import { type LotReportView, showLotReport } from './report-views.ts';
import { moveSerials, type Serials } from './serial-states.ts';

/**
 * Accepts the complete report of a lot: its serials are burned or scrapped, the lot is produced, and closed at once where no seed of it
 * is left. Throws `unknown_lot`,
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
  const [burned, scrapped] = [
    await serialsOf(effect, lot, 'burned'),
    await serialsOf(effect, lot, 'scrapped'),
  ];
  await moveSerials(effect, burned, { axis: 'custody', to: 'burned' });
  await moveSerials(effect, scrapped, { axis: 'custody', to: 'scrapped' });
  await effect.sql
    .updateTable('lots')
    .set({ state: 'produced', produced_at: effect.at })
    .where('id', '=', id)
    .execute();
  const counts = { burned: view.burned, scrapped: view.scrapped, samples: view.samples };
  const reports = accepted.map(part => part.id).toSorted();
  await effect.record('report.accepted', { lot: id, reports, ...counts });
  await recordRanges(effect, scrapped, (serials, record) => record('serials.scrapped', { lot: id, serials }));
  await closeDoneLot(effect, id);
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

async function serialsOf(effect: Effect, { id, space }: LockedLot, result: SerialResult): Promise<Serials> {
  const { rows } = await sql<Range>`
    select lower(numbers) as first, upper(numbers) as after
    from report_serials join reports on reports.id = report_id
    where lot_id = ${id} and result = ${result} order by numbers`.execute(effect.sql);
  return { space, ranges: rows };
}
