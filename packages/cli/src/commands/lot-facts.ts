import type { LotView } from '../client/views.ts';
import { bytes, count, moment } from '../output/figures.ts';
import type { Field } from '../output/table.ts';

export const lotColumns: readonly Field<LotView>[] = [
  { title: 'Lot', of: one => one.lot },
  { title: 'Order', of: one => one.order },
  { title: 'State', of: one => one.state },
  { title: 'Product', of: one => one.product },
  { title: 'Quantity', of: one => count(one.quantity), right: true },
  { title: 'Factory', of: one => one.factory },
  { title: 'File', of: one => one.file?.file ?? '-' },
];

export const lotFacts: readonly Field<LotView>[] = [
  { title: 'Lot', of: one => one.lot },
  { title: 'Order', of: one => one.order },
  { title: 'State', of: one => one.state },
  { title: 'Product', of: one => one.product },
  { title: 'Factory', of: one => one.factory },
  { title: 'Quantity', of: one => count(one.quantity) },
  { title: 'Serials', of: one => `${one.firstSerial} to ${one.lastSerial}` },
  { title: 'Pages', of: one => `${count(one.pagesDone)} of ${count(one.pages)}` },
  { title: 'Custody', of: one => counts(one.custody) },
  { title: 'Seeds', of: one => counts(one.seeds) },
  { title: 'File', of: ({ file }) => (file === null ? '' : `${file.file}, ${bytes(file.size)}`) },
  { title: 'SHA-256', of: one => one.file?.sha256 ?? '' },
  { title: 'For key', of: one => one.file?.recipient ?? '' },
  { title: 'Signed by', of: one => one.file?.signer ?? '' },
  { title: 'Made', of: one => when(one.file?.madeAt) },
  { title: 'Downloaded', of: one => when(one.file?.downloadedAt) },
  { title: 'Received', of: one => when(one.file?.receivedAt) },
  { title: 'Receipts', of: receipts },
  { title: 'Trouble', of: trouble },
];

function counts(states: Readonly<Record<string, number>>): string {
  return Object.entries(states)
    .map(([state, number]) => `${count(number)} ${state}`)
    .join(', ');
}

function when(time: string | null | undefined): string {
  return time ? moment(time) : '';
}

function receipts({ file }: LotView): string {
  if (file === null || file.wrongReceipts === 0) return '';
  return `${file.wrongReceipts} wrong in a row${file.locked ? ': locked' : ''}`;
}

/** What went wrong last, and when it is tried again. */
export function trouble({ failure }: Pick<LotView, 'failure'>): string {
  if (failure === null) return '';
  return `${failure.step} failed ${failure.attempts}x (${failure.code}), next try ${moment(failure.retryAt)}`;
}
