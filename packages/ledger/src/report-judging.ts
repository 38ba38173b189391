import {
  type LotShape,
  type Product,
  parseSerial,
  type Range,
  type SerialResult,
  type SerialSpace,
} from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect, Reader } from './effect.ts';
import { LedgerError } from './errors.ts';
import { forgetFailures } from './failures.ts';
import { shredFiles } from './file-shreds.ts';
import { type LockedLot, lockLot } from './lots.ts';
import { int8range, multirange } from './serial-states.ts';

/** A part that the tracker is to judge, and the lot that it is about. */
export interface ReportToJudge {
  readonly report: string;
  readonly shape: LotShape;
  readonly space: SerialSpace;
  readonly oath: Product['oath'];
  readonly keyId: string;
  /** The attempt that stored it: its seal is bound to this id. */
  readonly attempt: string;
  readonly objectName: string;
  readonly signature: Buffer;
  readonly csvSha256: Buffer;
}

/** What a part says of a run of serials. */
export interface ReportedRun extends Range {
  readonly result: SerialResult;
  /** HOTP with a sample: the counter that an export starts at. */
  readonly nextCounter: number | null;
}

/** What a part without a fault says. */
export interface ReportVerdict {
  /** Disjoint and in order. */
  readonly runs: readonly ReportedRun[];
  readonly burned: number;
  readonly scrapped: number;
  readonly samples: number;
}

/** Something wrong with a part; `line` is null for what concerns it as a whole. No message holds a code of a sample. */
export interface ReportFault {
  readonly line: number | null;
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** Serials that another part of the lot's report has. */
export interface HeldSerials extends Range {
  readonly report: string;
}

/** Parts that wait to be judged, not backing off. */
export async function reportsToJudge(reader: Reader): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from reports where state = 'received'
      and not exists (select from failures where step = 'report' and subject = reports.id and retry_at > now())
    order by received_at, id`.execute(reader.sql);
  return rows.map(row => row.id);
}

/** Throws `lot_not_due` when the part does not wait: it is judged already, or there is none. */
export async function readReportToJudge(reader: Reader, report: string): Promise<ReportToJudge> {
  const { rows } = await sql<
    Omit<ReportToJudge, 'shape' | 'space'> & {
      lot: string;
      firstSerial: bigint;
      quantity: number;
      seedLength: number;
      stem: string;
      digits: number;
    }
  >`
    select reports.id as report, lots.id as lot, lower(lots.numbers) as "firstSerial", orders.quantity,
      lots.seed_length as "seedLength", stem, digits, oath, key_id as "keyId", attempt_id as attempt,
      object_name as "objectName", signature, csv_sha256 as "csvSha256"
    from reports
      join lots on lots.id = reports.lot_id
      join orders on orders.id = lots.order_id
      join products on products.id = orders.product_id
      join serial_spaces on serial_spaces.id = lots.space_id
    where reports.id = ${report} and reports.state = 'received'`.execute(reader.sql);
  const [row] = rows;
  if (row === undefined) throw notWaiting(report);
  const { lot, firstSerial, quantity, seedLength, stem, digits, ...rest } = row;
  return { shape: { lot, firstSerial, quantity, seedLength }, space: { stem, digits }, ...rest };
}

/** Locks the part's lot and then the part, which must still wait. Throws `lot_not_due`. */
export async function lockReport(effect: Effect, { report, shape }: ReportToJudge): Promise<LockedLot> {
  const lot = await lockLot(effect, shape.lot);
  const { rows } =
    await sql`select from reports where id = ${report} and state = 'received' for update`.execute(effect.sql);
  if (rows.length === 0) throw notWaiting(report);
  return lot;
}

/** Which of these serials other parts hold already: with the lot locked, nobody adds to them. */
export async function heldSerials(
  effect: Effect,
  lot: LockedLot,
  runs: readonly Range[],
): Promise<HeldSerials[]> {
  const { rows } = await sql<HeldSerials>`
    select report_id as report, lower(part) as first, upper(part) as after
    from report_serials, unnest(multirange(numbers) * ${multirange(runs)}::int8multirange) part
    where space_id = ${lot.space.id} and numbers && ${multirange(runs)}::int8multirange
    order by part limit 10000`.execute(effect.sql);
  return rows;
}

/** Which of these well-formed serials belong to some lot. */
export async function knownSerials(reader: Reader, serials: readonly string[]): Promise<Set<string>> {
  const parsed = serials.map(serial => ({ serial, ...parseSerial(serial) }));
  const { rows } = await sql<{ serial: string }>`
    select asked.serial from unnest(${serials}::text[], ${parsed.map(({ space }) => space.stem)}::text[],
        ${parsed.map(({ space }) => space.digits)}::int[], ${parsed.map(({ number }) => number)}::int8[])
        as asked (serial, stem, digits, number)
      join serial_spaces using (stem, digits)
      join lots on space_id = serial_spaces.id and numbers @> number`.execute(reader.sql);
  return new Set(rows.map(row => row.serial));
}

/** The part is without a fault: its ranges count from now on. It is stored no longer than this takes. */
export async function judgeReport(
  effect: Effect,
  lot: LockedLot,
  report: string,
  { runs, burned, scrapped, samples }: ReportVerdict,
): Promise<void> {
  await sql`insert into report_serials (report_id, space_id, numbers, result, next_counter)
    select ${report}, ${lot.space.id}, * from unnest(${runs.map(int8range)}::int8range[],
      ${runs.map(run => run.result)}::text[], ${runs.map(run => run.nextCounter)}::int8[])`.execute(
    effect.sql,
  );
  await effect.sql
    .updateTable('reports')
    .set({ state: 'judged', judged_at: effect.at, burned, scrapped, samples })
    .where('id', '=', report)
    .execute();
  await effect.sql.updateTable('lots').set({ judged_at: effect.at }).where('id', '=', lot.id).execute();
  await effect.record('report.judged', { report, lot: lot.id, burned, scrapped, samples });
  await endJudging(effect, report);
}

/** The part has faults, `count` with those that nobody kept: nothing of it counts. */
export async function refuseReport(
  effect: Effect,
  lot: LockedLot,
  report: string,
  { faults, count }: { faults: readonly ReportFault[]; count: number },
): Promise<void> {
  await sql`insert into report_faults (report_id, position, line, code, message, fix)
    select ${report}, * from unnest(${faults.map((_, i) => i)}::int[], ${faults.map(fault => fault.line)}::int8[],
      ${faults.map(fault => fault.code)}::text[], ${faults.map(fault => fault.message)}::text[],
      ${faults.map(fault => fault.fix)}::text[])`.execute(effect.sql);
  await effect.sql
    .updateTable('reports')
    .set({ state: 'refused', judged_at: effect.at, ended_at: effect.at, faults: count })
    .where('id', '=', report)
    .execute();
  await effect.record('report.refused', { report, lot: lot.id, faults: count });
  await endJudging(effect, report);
}

/** What was stored holds samples of codes: nobody needs it any more. */
async function endJudging(effect: Effect, report: string): Promise<void> {
  await shredFiles(effect, 'report_judged', { report });
  await forgetFailures(effect, 'report', report);
}

function notWaiting(report: string): LedgerError {
  return new LedgerError('lot_not_due', `${report} does not wait to be judged`);
}
