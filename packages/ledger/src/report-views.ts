import {
  DomainError,
  printSerial,
  type Range,
  type ReportState,
  type SerialSpace,
  subtract,
} from '@seedlot/domain';
import { sql } from 'kysely';
import type { Reader } from './effect.ts';
import type { LedgerErrorCode } from './errors.ts';
import type { ReportFault } from './report-judging.ts';

/** Runs of missing serials that a view names. */
const MISSING_LIMIT = 1000;

/** One part of a lot's report. */
export interface ReportPartView {
  readonly report: string;
  readonly lot: string;
  readonly state: ReportState;
  readonly size: number;
  readonly csvSha256: string;
  readonly signer: string;
  readonly receivedAt: Date;
  readonly judgedAt: Date | null;
  readonly burned: number | null;
  readonly scrapped: number | null;
  readonly samples: number | null;
  /** All of them, also those that were not kept. */
  readonly faultCount: number;
}

/** Why ops cannot accept a report. */
export interface Hindrance {
  readonly code: LedgerErrorCode;
  readonly message: string;
}

/** A lot's production report: all its parts together. */
export interface LotReportView {
  readonly lot: string;
  readonly quantity: number;
  readonly burned: number;
  readonly scrapped: number;
  readonly samples: number;
  /** Serials that no judged part has. */
  readonly missing: number;
  /** Their first runs. */
  readonly missingSerials: readonly { readonly first: string; readonly last: string }[];
  readonly scrapLimitPercent: number;
  /** Null when ops may accept it. */
  readonly hindrance: Hindrance | null;
  readonly parts: readonly ReportPartView[];
}

/** A part with the faults that were kept of it, by line. Throws `unknown_report`. */
export async function showReport(
  reader: Reader,
  report: string,
): Promise<ReportPartView & { readonly faults: readonly ReportFault[] }> {
  const [part] = await partsWhere(reader, sql<boolean>`reports.id = ${report}`);
  if (part === undefined) throw new DomainError('unknown_report', `There is no report ${report}`);
  const faults = await reader.sql
    .selectFrom('report_faults')
    .select(['line', 'code', 'message', 'fix'])
    .where('report_id', '=', report)
    .orderBy('position')
    .execute();
  return {
    ...part,
    faults: faults.map(({ line, ...rest }) => ({ line: line === null ? null : Number(line), ...rest })),
  };
}

/** Throws `unknown_lot`. */
export async function showLotReport(reader: Reader, id: string): Promise<LotReportView> {
  const lot = await readLot(reader, id);
  const parts = await partsWhere(reader, sql<boolean>`reports.lot_id = ${id}`);
  const missing = subtract([lot.numbers], await reportedSerials(reader, id));
  const counted = parts.filter(({ state }) => state === 'judged' || state === 'accepted');
  const sum = (member: 'burned' | 'scrapped' | 'samples') =>
    counted.reduce((total, part) => total + (part[member] ?? 0), 0);
  const counts = { burned: sum('burned'), scrapped: sum('scrapped'), samples: sum('samples') };
  const runs = missing.slice(0, MISSING_LIMIT).map(range => printedRun(lot.space, range));
  const view = {
    lot: id,
    quantity: lot.quantity,
    ...counts,
    missing: lot.quantity - counts.burned - counts.scrapped,
    missingSerials: runs,
    scrapLimitPercent: lot.scrapLimitPercent,
    parts,
  };
  return { ...view, hindrance: hindranceOf(lot.state, counted.length, view) };
}

/** Why a report of a lot in `state` cannot be accepted, or null. */
function hindranceOf(state: string, parts: number, view: Omit<LotReportView, 'hindrance'>): Hindrance | null {
  const { lot, quantity, scrapped, missing, missingSerials, scrapLimitPercent } = view;
  if (state === 'produced' || state === 'closed') {
    return { code: 'report_accepted', message: `The production report of ${lot} was accepted` };
  }
  if (state !== 'received') return { code: 'report_not_due', message: `${lot} is ${state}` };
  if (parts === 0) return { code: 'report_absent', message: `No part of a report of ${lot} was judged good` };
  if (missing > 0) {
    const named = missingSerials
      .slice(0, 10)
      .map(({ first, last }) => (first === last ? first : `${first}–${last}`));
    const more = missingSerials.length > named.length ? ' and more' : '';
    return {
      code: 'report_incomplete',
      message: `${missing} serials of ${lot} are missing: ${named.join(', ')}${more}`,
    };
  }
  if (scrapped * 100 <= scrapLimitPercent * quantity) return null;
  const message = `${scrapped} of ${quantity} tokens are scrap, and the product's limit is ${scrapLimitPercent} %`;
  return { code: 'scrap_above_limit', message };
}

interface ReportedLot {
  readonly state: string;
  readonly quantity: number;
  readonly numbers: Range;
  readonly space: SerialSpace;
  readonly scrapLimitPercent: number;
}

async function readLot(reader: Reader, id: string): Promise<ReportedLot> {
  const { rows } = await sql<
    Range & SerialSpace & { state: string; quantity: number; scrapLimitPercent: number }
  >`
    select lots.state, quantity, lower(lots.numbers) as first, upper(lots.numbers) as after, stem, digits,
      scrap_limit_percent as "scrapLimitPercent"
    from lots join orders on orders.id = order_id join products on products.id = product_id
      join serial_spaces on serial_spaces.id = lots.space_id
    where lots.id = ${id}`.execute(reader.sql);
  const [row] = rows;
  if (row === undefined) throw new DomainError('unknown_lot', `There is no lot ${id}`);
  const { first, after, stem, digits, ...rest } = row;
  return { ...rest, numbers: { first, after }, space: { stem, digits } };
}

async function reportedSerials(reader: Reader, lot: string): Promise<Range[]> {
  const { rows } = await sql<Range>`
    select lower(part) as first, upper(part) as after from unnest((
      select range_agg(numbers) from report_serials join reports on reports.id = report_id where lot_id = ${lot})) part`.execute(
    reader.sql,
  );
  return rows;
}

function printedRun(space: SerialSpace, { first, after }: Range): { first: string; last: string } {
  return { first: printSerial(space, first), last: printSerial(space, after - 1n) };
}

async function partsWhere(reader: Reader, which: ReturnType<typeof sql<boolean>>): Promise<ReportPartView[]> {
  const { rows } = await sql<Omit<ReportPartView, 'size'> & { size: bigint }>`
    select id as report, lot_id as lot, state, size, encode(csv_sha256, 'hex') as "csvSha256",
      signer_fingerprint as signer, received_at as "receivedAt", judged_at as "judgedAt",
      burned, scrapped, samples, faults as "faultCount"
    from reports where ${which} order by received_at, id`.execute(reader.sql);
  return rows.map(({ size, ...row }) => ({ ...row, size: Number(size) }));
}
