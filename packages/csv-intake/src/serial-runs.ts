import { normalise, type Range, rangeSize, type SerialSpace } from '@seedlot/domain';

/** Serials of one space. */
export interface ListedSerials {
  readonly space: SerialSpace;
  /** Disjoint, in order, none touching the next. */
  readonly ranges: readonly Range[];
}

/** What one line of a list says, or consecutive lines with one serial each that follow each other. */
export interface SerialRun {
  /** The first line. */
  readonly line: number;
  readonly space: SerialSpace;
  readonly range: Range;
  readonly lines: number;
}

/** The most runs of serials in one list; single serials one after the other are one run. */
export const RUN_LIMIT = 100_000;

/** The serials of a list, kept as the runs in which they came. */
export class SerialRuns {
  readonly #runs: SerialRun[] = [];

  /** Adds the serials of a line; false when there is no room for another run. */
  add(line: number, space: SerialSpace, range: Range): boolean {
    const last = this.#runs.at(-1);
    if (last !== undefined && last.space === space && continues(last, line, range)) {
      this.#runs.pop();
      const joined = { first: last.range.first, after: range.after };
      this.#runs.push({ ...last, range: joined, lines: last.lines + 1 });
      return true;
    }
    if (this.#runs.length === RUN_LIMIT) return false;
    this.#runs.push({ line, space, range, lines: 1 });
    return true;
  }

  bySpace(): ListedSerials[] {
    const groups = Map.groupBy(this.#runs, run => run.space);
    return [...groups].map(([space, runs]) => ({ space, ranges: normalise(runs.map(run => run.range)) }));
  }

  /** What stands in an earlier line, too: for each pair of overlapping runs the serials that they share, at the later line. */
  doubled(): SerialRun[] {
    return [...Map.groupBy(this.#runs, run => run.space).values()].flatMap(overlaps);
  }
}

function continues(run: SerialRun, line: number, range: Range): boolean {
  const isOfSingles = rangeSize(run.range) === BigInt(run.lines) && rangeSize(range) === 1n;
  return isOfSingles && run.line + run.lines === line && run.range.after === range.first;
}

function overlaps(runs: readonly SerialRun[]): SerialRun[] {
  const sorted = runs.toSorted((a, b) => compare(a.range.first, b.range.first));
  const found: SerialRun[] = [];
  let farthest: SerialRun | undefined;
  for (const run of sorted) {
    if (farthest !== undefined && run.range.first < farthest.range.after) found.push(shared(farthest, run));
    if (farthest === undefined || run.range.after > farthest.range.after) farthest = run;
  }
  return found;
}

/** Needs `a.range.first <= b.range.first`, and that they overlap. */
function shared(a: SerialRun, b: SerialRun): SerialRun {
  const shorter = compare(a.range.after, b.range.after) < 0 ? a : b;
  const range = { first: b.range.first, after: shorter.range.after };
  const later = a.line > b.line ? a : b;
  const isOfSingles = rangeSize(later.range) === BigInt(later.lines);
  const line = later.line + (isOfSingles ? Number(range.first - later.range.first) : 0);
  return { line, space: a.space, range, lines: 1 };
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
