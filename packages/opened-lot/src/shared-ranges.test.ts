import { array, assert, boolean, property } from 'fast-check';
import { expect, test } from 'vitest';
import { sharedRanges } from './shared-ranges.ts';

const LENGTH = 40;
const bits = array(boolean(), { minLength: LENGTH, maxLength: LENGTH });

function rangesOf(set: readonly boolean[]) {
  const ranges: { first: number; after: number }[] = [];
  set.forEach((isIn, at) => {
    if (!isIn) return;
    const last = ranges.at(-1);
    if (last?.after === at) last.after = at + 1;
    else ranges.push({ first: at, after: at + 1 });
  });
  return ranges;
}

test('what two sets of ranges share is what both of them hold', () => {
  assert(
    property(bits, bits, (some, others) => {
      const both = some.map((isIn, at) => isIn && others[at] === true);
      expect(rangesOf(sharedInto(sharedRanges(rangesOf(some), rangesOf(others))))).toEqual(rangesOf(both));
    }),
  );
});

test('the shared ranges are in order and do not overlap', () => {
  assert(
    property(bits, bits, (some, others) => {
      let end = 0;
      for (const { first, after } of sharedRanges(rangesOf(some), rangesOf(others))) {
        expect(first).toBeGreaterThanOrEqual(end);
        expect(after).toBeGreaterThan(first);
        end = after;
      }
    }),
  );
});

function sharedInto(ranges: readonly { first: number; after: number }[]): boolean[] {
  return Array.from({ length: LENGTH }, (_, at) =>
    ranges.some(({ first, after }) => first <= at && at < after),
  );
}
