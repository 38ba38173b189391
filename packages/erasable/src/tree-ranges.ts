import { ErasableError } from './errors.ts';

/** A run of a lot's serials, counted from 0 at the lot's first one: `first` included, `after` not. */
export interface IndexRange {
  readonly first: number;
  readonly after: number;
}

/**
 * The same serials as ordered ranges with a hole between each two; empty ranges vanish. Throws `index_invalid` for a
 * range that is not within a lot of `quantity`.
 */
export function normalise(ranges: Iterable<IndexRange>, quantity: number): IndexRange[] {
  const sorted = [...ranges].sort((a, b) => a.first - b.first);
  const merged: IndexRange[] = [];
  for (const range of sorted) {
    assertWithin(range, quantity);
    const last = merged.at(-1);
    if (last !== undefined && range.first <= last.after) {
      merged[merged.length - 1] = { first: last.first, after: Math.max(last.after, range.after) };
    } else if (range.first < range.after) merged.push(range);
  }
  return merged;
}

function assertWithin({ first, after }: IndexRange, quantity: number): void {
  const whole = Number.isSafeInteger(first) && Number.isSafeInteger(after);
  if (whole && first >= 0 && first <= after && after <= quantity) return;
  throw new ErasableError(
    'index_invalid',
    `serials ${first} to before ${after} are not in a lot of ${quantity}`,
  );
}

/** The serials of `from` that are in none of `holes`; both normalised, and so is the result. */
export function subtract(from: readonly IndexRange[], holes: readonly IndexRange[]): IndexRange[] {
  return from.flatMap(range => {
    const rest: IndexRange[] = [];
    let first = range.first;
    for (const hole of within(holes, range)) {
      if (hole.first > first) rest.push({ first, after: hole.first });
      first = hole.after;
    }
    if (first < range.after) rest.push({ first, after: range.after });
    return rest;
  });
}

/** The parts of normalised `ranges` that lie in `span`. */
export function within(ranges: readonly IndexRange[], span: IndexRange): IndexRange[] {
  const parts: IndexRange[] = [];
  for (let i = firstEndingAfter(ranges, span.first); i < ranges.length; i++) {
    const range = ranges[i];
    if (range === undefined || range.first >= span.after) break;
    parts.push({ first: Math.max(range.first, span.first), after: Math.min(range.after, span.after) });
  }
  return parts;
}

/** How much of `span` is in normalised `ranges`. */
export function overlap(ranges: readonly IndexRange[], span: IndexRange): 'none' | 'some' | 'all' {
  const range = ranges[firstEndingAfter(ranges, span.first)];
  if (range === undefined || range.first >= span.after) return 'none';
  return range.first <= span.first && range.after >= span.after ? 'all' : 'some';
}

/** How many serials normalised `ranges` hold. */
export function sizeOf(ranges: readonly IndexRange[]): number {
  return ranges.reduce((size, range) => size + range.after - range.first, 0);
}

function firstEndingAfter(ranges: readonly IndexRange[], index: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.after ?? 0) > index) high = middle;
    else low = middle + 1;
  }
  return low;
}
