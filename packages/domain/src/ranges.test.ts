import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstGap, intersect, normalise, type Range, subtract } from './ranges.ts';

const range = fc
  .tuple(fc.bigInt({ min: 0n, max: 60n }), fc.bigInt({ min: 0n, max: 12n }))
  .map(([first, size]): Range => ({ first, after: first + size }));
const ranges = fc.array(range, { maxLength: 8 });

function members(set: Iterable<Range>): Set<bigint> {
  const all = new Set<bigint>();
  for (const { first, after } of set) for (let n = first; n < after; n++) all.add(n);
  return all;
}

test('normalised ranges hold the same numbers, in order, with a hole between each two', () => {
  fc.assert(
    fc.property(ranges, set => {
      const normal = normalise(set);
      expect(members(normal)).toEqual(members(set));
      for (const [i, next] of normal.entries()) {
        const before = normal[i - 1];
        if (before !== undefined) expect(before.after < next.first).toBe(true);
      }
    }),
  );
});

test('subtract is the difference of sets', () => {
  fc.assert(
    fc.property(ranges, ranges, (from, without) => {
      expect(members(subtract(from, without))).toEqual(members(from).difference(members(without)));
    }),
  );
});

test('intersect is the intersection of sets', () => {
  fc.assert(
    fc.property(ranges, ranges, (one, other) => {
      const shared = intersect(one, other);
      expect(members(shared)).toEqual(members(one).intersection(members(other)));
      expect(shared.every(part => part.first < part.after)).toBe(true);
    }),
  );
});

test('the first gap is the lowest run that touches nothing taken', () => {
  fc.assert(
    fc.property(ranges, fc.bigInt({ min: 1n, max: 10n }), (taken, size) => {
      const used = members(taken);
      const free = (first: bigint) => [...members([{ first, after: first + size }])].every(n => !used.has(n));
      const expected = Array.from({ length: 81 - Number(size) }, (_, n) => BigInt(n)).find(free);
      expect(firstGap({ first: 0n, after: 80n }, taken, size)?.first).toBe(expected);
    }),
  );
});
