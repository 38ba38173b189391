import type { DeliveryView } from '../client/delivery-views.ts';
import { bytes, count, moment } from '../output/figures.ts';
import type { Field } from '../output/table.ts';
import { trouble } from './lot-facts.ts';
import { printSome } from './serial-ranges.ts';

export const deliveryColumns: readonly Field<DeliveryView>[] = [
  { title: 'Delivery', of: one => one.delivery },
  { title: 'Customer', of: one => one.customer },
  { title: 'State', of: one => one.state },
  { title: 'Quantity', of: one => count(one.quantity), right: true },
  { title: 'Format', of: one => one.format },
  { title: 'File', of: one => one.file?.file ?? '-' },
];

export const deliveryFacts: readonly Field<DeliveryView>[] = [
  { title: 'Delivery', of: one => one.delivery },
  { title: 'Customer', of: one => one.customer },
  { title: 'State', of: one => one.state },
  { title: 'Products', of: one => one.products.join(', ') },
  { title: 'Format', of: one => one.format },
  { title: 'Quantity', of: one => `${count(one.quantity)}, ${count(one.living)} with a living seed` },
  { title: 'Serials', of: one => printSome(one.serials) },
  { title: 'Exports', of: one => `${one.exportsWanted} asked for` },
  {
    title: 'File',
    of: ({ file }) => (file === null ? '' : `${file.file}, ${bytes(file.size)}, ${file.format}`),
  },
  { title: 'SHA-256', of: one => one.file?.sha256 ?? '' },
  { title: 'For key', of: one => one.file?.recipient ?? '' },
  { title: 'Signed by', of: one => one.file?.signer ?? '' },
  { title: 'Created', of: one => `${moment(one.createdAt)} by ${one.createdBy}` },
  { title: 'Exported', of: one => when(one.exportedAt) },
  { title: 'Delivered', of: one => when(one.deliveredAt) },
  { title: 'Received', of: one => when(one.receivedAt) },
  { title: 'Cancelled', of: one => when(one.cancelledAt) },
  { title: 'Trouble', of: trouble },
];

function when(time: string | null): string {
  return time === null ? '' : moment(time);
}
