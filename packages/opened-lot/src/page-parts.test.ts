import { PAGE_SIZE, pageCount } from '@seedlot/domain';
import { array, assert, integer, nat, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { pagesHolding } from './page-parts.ts';

const shape = {
  lot: 'lot-000001',
  firstSerial: 9_900_000_000_000n,
  quantity: 3 * PAGE_SIZE + 5,
  seedLength: 20,
};
const whole = { first: shape.firstSerial, after: shape.firstSerial + BigInt(shape.quantity) };

const ranges = array(tuple(nat(shape.quantity), nat(shape.quantity)), { maxLength: 20 }).map(pairs =>
  pairs.map(([one, other]) => ({
    first: shape.firstSerial + BigInt(Math.min(one, other)),
    after: shape.firstSerial + BigInt(Math.max(one, other)),
  })),
);

function serialsIn(parts: ReturnType<typeof pagesHolding>): number[] {
  return parts.flatMap(({ page, wanted }) =>
    wanted.flatMap(({ first, after }) =>
      Array.from({ length: after - first }, (_, i) => page * PAGE_SIZE + first + i),
    ),
  );
}

test('the parts of the pages are the wanted serials, each once and in order', () => {
  assert(
    property(ranges, wanted => {
      const numbers = new Set<number>();
      for (const { first, after } of wanted)
        for (let at = first; at < after; at++) numbers.add(Number(at - shape.firstSerial));
      expect(serialsIn(pagesHolding(shape, wanted))).toEqual([...numbers].sort((a, b) => a - b));
    }),
    { numRuns: 30 },
  );
});

test('no page comes twice, and none without a wanted serial', () => {
  assert(
    property(ranges, integer({ min: 0, max: 3 }), (wanted, again) => {
      const parts = pagesHolding(shape, [...wanted, ...wanted.slice(again)]);
      const pages = parts.map(({ page }) => page);
      expect(pages).toEqual([...new Set(pages)].sort((a, b) => a - b));
      for (const part of parts) expect(part.wanted.length).toBeGreaterThan(0);
    }),
  );
});

test('where nothing is said to be wanted, all is', () => {
  expect(pagesHolding(shape)).toEqual(pagesHolding(shape, [whole]));
  expect(pagesHolding(shape).map(({ page }) => page)).toEqual([...Array(pageCount(shape.quantity)).keys()]);
  expect(pagesHolding(shape, [])).toEqual([]);
});
