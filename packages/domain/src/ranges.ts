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
  return [...meetings(normalise(from), normalise(without))].flatMap(([range, holes]) => cut(range, holes));
}

/** The numbers that are in both. */
export function intersect(one: Iterable<Range>, other: Iterable<Range>): Range[] {
  return [...meetings(normalise(one), normalise(other))].flatMap(([range, parts]) => overlaps(range, parts));
}

/**
 * Each of `ranges`, with those of `parts` that share a number with it. Both must be disjoint and in order; both are
 * read once, so that ten thousand ranges do not cost a hundred million steps.
 */
export function* meetings<R extends Range>(
  ranges: Iterable<R>,
  parts: readonly Range[],
): Generator<[R, Range[]]> {
  let next = 0;
  for (const range of ranges) {
    while (next < parts.length && (parts[next]?.after ?? 0n) <= range.first) next++;
    const met: Range[] = [];
    for (let i = next, part = parts[i]; part !== undefined && part.first < range.after; part = parts[++i]) {
      met.push(part);
    }
    yield [range, met];
  }
}

/** What is left of `range` without the parts that meet it. */
export function cut(range: Range, parts: readonly Range[]): Range[] {
  const rest: Range[] = [];
  let { first } = range;
  for (const part of parts) {
    if (first < part.first) rest.push({ first, after: part.first });
    first = part.after;
  }
  if (first < range.after) rest.push({ first, after: range.after });
  return rest;
}

/** What `range` shares with each of the parts that meet it. */
export function overlaps(range: Range, parts: readonly Range[]): Range[] {
  return parts.map(part => {
    const [sticksOutBefore, sticksOutAfter] = [part.first < range.first, part.after > range.after];
    return {
      first: sticksOutBefore ? range.first : part.first,
      after: sticksOutAfter ? range.after : part.after,
    };
  });
}

/** The first run of `size` numbers within `within` that touches none of `taken`, or null. */
export function firstGap(within: Range, taken: Iterable<Range>, size: bigint): Range | null {
  const gap = subtract([within], taken).find(range => rangeSize(range) >= size);
  return gap === undefined ? null : { first: gap.first, after: gap.first + size };
}
