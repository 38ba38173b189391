import type { IndexRange } from '@seedlot/erasable';

/** What is in a range of both; each of them ordered and without overlaps, and so is the result. */
export function sharedRanges(some: readonly IndexRange[], others: readonly IndexRange[]): IndexRange[] {
  const shared: IndexRange[] = [];
  for (let i = 0, j = 0; ; ) {
    const [one, other] = [some[i], others[j]];
    if (one === undefined || other === undefined) return shared;
    const [first, after] = [Math.max(one.first, other.first), Math.min(one.after, other.after)];
    if (first < after) shared.push({ first, after });
    if (one.after < other.after) i++;
    else j++;
  }
}
