import type { FaultView, PartSummary, PartView, ReportView } from '../client/report-views.ts';
import { bytes, count, moment } from '../output/figures.ts';
import type { Field } from '../output/table.ts';
import { printSome } from './serial-ranges.ts';

export const reportFacts: readonly Field<ReportView>[] = [
  { title: 'Lot', of: one => one.lot },
  { title: 'Quantity', of: one => count(one.quantity) },
  { title: 'Burned', of: one => count(one.burned) },
  { title: 'Scrapped', of: scrap },
  { title: 'Samples', of: one => `${count(one.samples)} checked` },
  { title: 'Missing', of: missing },
  { title: 'Acceptable', of: ({ hindrance }) => hindrance?.message ?? 'yes' },
];

/** `100, 1% of 10,000; the limit is 5%` */
function scrap({ scrapped, quantity, scrapLimitPercent }: ReportView): string {
  const percent = quantity === 0 ? 0 : (scrapped / quantity) * 100;
  return `${count(scrapped)}, ${roughly(percent)}% of the lot; the limit is ${scrapLimitPercent}%`;
}

/** Two decimals at most, and never rounded to what it does not reach. */
function roughly(percent: number): string {
  return `${Math.ceil(percent * 100 - 1e-9) / 100}`;
}

function missing({ missing: quantity, missingSerials }: ReportView): string {
  if (quantity === 0) return 'none';
  return `${count(quantity)}: ${printSome(missingSerials.map(({ first, last }) => [first, last] as const))}`;
}

export const partColumns: readonly Field<PartSummary>[] = [
  { title: 'Part', of: one => one.report },
  { title: 'State', of: one => one.state },
  { title: 'Size', of: one => bytes(one.size), right: true },
  { title: 'Burned', of: one => known(one.burned), right: true },
  { title: 'Scrapped', of: one => known(one.scrapped), right: true },
  { title: 'Samples', of: one => known(one.samples), right: true },
  { title: 'Faults', of: one => count(one.faultCount), right: true },
];

export const partFacts: readonly Field<PartView>[] = [
  { title: 'Part', of: one => one.report },
  { title: 'Lot', of: one => one.lot },
  { title: 'State', of: one => one.state },
  { title: 'Size', of: one => bytes(one.size) },
  { title: 'SHA-256', of: one => one.csvSha256 },
  { title: 'Signed by', of: one => one.signer },
  { title: 'Received', of: one => moment(one.receivedAt) },
  { title: 'Judged', of: one => (one.judgedAt === null ? '' : moment(one.judgedAt)) },
  { title: 'Burned', of: one => known(one.burned, '') },
  { title: 'Scrapped', of: one => known(one.scrapped, '') },
  { title: 'Samples', of: one => known(one.samples, '') },
  { title: 'Faults', of: one => count(one.faultCount) },
];

export const faultColumns: readonly Field<FaultView>[] = [
  { title: 'Line', of: one => (one.line === null ? '-' : String(one.line)), right: true },
  { title: 'Code', of: one => one.code },
  { title: 'Reason', of: one => one.message, wraps: true },
  { title: 'Fix', of: one => one.fix, wraps: true },
];

function known(number: number | null, unknown = '-'): string {
  return number === null ? unknown : count(number);
}
