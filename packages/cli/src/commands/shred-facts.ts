import type { ShredView } from '../client/delivery-views.ts';
import { count, moment } from '../output/figures.ts';
import type { Field } from '../output/table.ts';
import { printSome } from './serial-ranges.ts';

export const shredColumns: readonly Field<ShredView>[] = [
  { title: 'Shred', of: one => one.shred },
  { title: 'State', of: one => one.state },
  { title: 'Reason', of: one => one.reason },
  { title: 'Lot', of: one => one.lot ?? '-' },
  { title: 'Seeds', of: one => count(one.quantity), right: true },
  { title: 'Files', of: one => count(one.filesDropped.length), right: true },
];

export const shredFacts: readonly Field<ShredView>[] = [
  { title: 'Shred', of: one => one.shred },
  { title: 'State', of: one => one.state },
  { title: 'Reason', of: one => one.reason },
  { title: 'Lot', of: one => one.lot ?? '' },
  { title: 'Seeds', of: one => count(one.quantity) },
  { title: 'Serials', of: one => printSome(one.serials.map(({ first, last }) => [first, last] as const)) },
  { title: 'Files dropped', of: one => one.filesDropped.join(', ') || 'none' },
  { title: 'Seeds root', of: one => rootOf(one.seedsRoot) },
  { title: 'Files root', of: one => rootOf(one.filesRoot) },
  {
    title: 'Requested',
    of: one => `${moment(one.requestedAt)}${one.requestedBy === null ? '' : ` by ${one.requestedBy}`}`,
  },
  { title: 'Intended', of: one => when(one.intendedAt) },
  { title: 'Roots destroyed', of: one => when(one.rootsDestroyedAt) },
  { title: 'Completed', of: one => when(one.completedAt) },
  { title: 'Abandoned', of: one => when(one.abandonedAt) },
];

/** `3 replaced by 4`: what was sealed under the old root opens no more once that is destroyed. */
function rootOf(root: ShredView['seedsRoot']): string {
  return root === null ? '' : `${root.from} replaced by ${root.to}`;
}

function when(time: string | null): string {
  return time === null ? '' : moment(time);
}
