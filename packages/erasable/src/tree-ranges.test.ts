import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refusal } from './testing/refusal.ts';
import { type IndexRange, normalise, overlap, sizeOf, subtract, within } from './tree-ranges.ts';

const QUANTITY = 40;
const range = fc
  .tuple(fc.nat(QUANTITY), fc.nat(QUANTITY))
  .map(([a, b]): IndexRange => ({ first: Math.min(a, b), after: Math.max(a, b) }));
const ranges = fc.array(range, { maxLength: 8 });
const normal = ranges.map(some => normalise(some, QUANTITY));

function members(some: readonly IndexRange[]): Set<number> {
  return new Set(
    some.flatMap(({ first, after }) => Array.from({ length: after - first }, (_, i) => first + i)),
  );
}

test('normalised ranges hold the same serials, in order, with a hole between each two', () => {
  fc.assert(
    fc.property(ranges, some => {
      const result = normalise(some, QUANTITY);
      expect(members(result)).toEqual(members(some));
      expect(sizeOf(result)).toBe(members(some).size);
      const bounds = result.flatMap(({ first, after }) => [first, after]);
      expect(bounds).toEqual([...new Set(bounds)].sort((a, b) => a - b));
    }),
  );
});

test('subtract and within are the difference and the intersection of sets, and overlap says which it is', () => {
  fc.assert(
    fc.property(normal, normal, range, (from, holes, span) => {
      const rest = subtract(from, holes);
      expect(members(rest)).toEqual(members(from).difference(members(holes)));
      expect(normalise(rest, QUANTITY)).toEqual(rest);
      const parts = within(from, span);
      expect(members(parts)).toEqual(members(from).intersection(members([span])));
      fc.pre(span.first < span.after);
      const expected = parts.length === 0 ? 'none' : sizeOf(parts) === sizeOf([span]) ? 'all' : 'some';
      expect(overlap(from, span)).toBe(expected);
    }),
  );
});

test.each([
  { first: -1, after: 1 },
  { first: 2, after: 1 },
  { first: 0, after: QUANTITY + 1 },
  { first: 0.5, after: 1 },
  { first: 0, after: Number.NaN },
  { first: Number.NEGATIVE_INFINITY, after: 1 },
])('refuses $first to before $after in a lot of 40', bad => {
  expect(() => normalise([{ first: 0, after: 1 }, bad], QUANTITY)).toThrow(refusal('index_invalid'));
});
