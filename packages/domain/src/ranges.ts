/** A run of serial numbers, `first` included, `after` not: the form that PostgreSQL's int8range has, too. */
export interface Range {
  readonly first: bigint;
  readonly after: bigint;
}

export function rangeSize(range: Range): bigint {
  return range.after - range.first;
}

/** The same set of numbers as disjoint, ordered, non-touching ranges. Empty ranges vanish. */
export function normalise(ranges: Iterable<Range>): Range[] {
  const sorted = [...ranges].filter(range => range.first < range.after);
  sorted.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const merged: Range[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && range.first <= last.after) {
      if (range.after > last.after) merged[merged.length - 1] = { first: last.first, after: range.after };
    } else {
      merged.push(range);
    }
  }
  return merged;
}

/** The numbers of `from` that are in none of `without`. */
export function subtract(from: Iterable<Range>, without: Iterable<Range>): Range[] {
  let rest = normalise(from);
  for (const hole of normalise(without)) {
    rest = rest.flatMap(range => cut(range, hole));
  }
  return rest;
}

function cut(range: Range, hole: Range): Range[] {
  if (hole.after <= range.first || range.after <= hole.first) return [range];
  return [
    { first: range.first, after: hole.first },
    { first: hole.after, after: range.after },
  ].filter(part => part.first < part.after);
}

/** The first run of `size` numbers within `within` that touches none of `taken`, or null. */
export function firstGap(within: Range, taken: Iterable<Range>, size: bigint): Range | null {
  const gap = subtract([within], taken).find(range => rangeSize(range) >= size);
  return gap === undefined ? null : { first: gap.first, after: gap.first + size };
}
