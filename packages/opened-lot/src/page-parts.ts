import { type LotShape, normalise, PAGE_SIZE, type Range } from '@seedlot/domain';
import type { IndexRange } from '@seedlot/erasable';

/** A page, and which of its serials are wanted, counted from its first one. */
export interface PagePart {
  readonly page: number;
  readonly wanted: readonly IndexRange[];
}

/** The pages of a lot that hold `wanted` serials, in order; all of its pages where nothing is said to be wanted. */
export function pagesHolding(shape: LotShape, wanted?: readonly Range[]): PagePart[] {
  const whole = { first: shape.firstSerial, after: shape.firstSerial + BigInt(shape.quantity) };
  const pages = new Map<number, IndexRange[]>();
  for (const range of normalise(wanted ?? [whole])) {
    const first = Number(range.first - shape.firstSerial);
    for (const { page, part } of cutAtPages({ first, after: Number(range.after - shape.firstSerial) })) {
      const parts = pages.get(page);
      if (parts === undefined) pages.set(page, [part]);
      else parts.push(part);
    }
  }
  return [...pages].map(([page, parts]) => ({ page, wanted: parts }));
}

function* cutAtPages({ first, after }: IndexRange): Generator<{ page: number; part: IndexRange }> {
  for (let at = first; at < after; ) {
    const page = Math.floor(at / PAGE_SIZE);
    const start = page * PAGE_SIZE;
    const end = Math.min(after, start + PAGE_SIZE);
    yield { page, part: { first: at - start, after: end - start } };
    at = end;
  }
}
