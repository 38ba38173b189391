import type { PageOf } from '@seedlot/ledger';
import { printCursor } from '../requests/cursor.ts';

/** A page as it is answered: its cursor opaque, its items as `show` gives them. */
export function answerPage<Item, View>(
  { items, next }: PageOf<Item>,
  show: (item: Item) => View,
): { items: readonly View[]; next: string | null } {
  return { items: items.map(show), next: next === null ? null : printCursor(next) };
}

export function asItIs<Item>(item: Item): Item {
  return item;
}
