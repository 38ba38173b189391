/** Serials in a page: the unit of generation and of storage, and of one frontier segment (16 to the power of 3). */
export const PAGE_SIZE = 4096;

/** The most serials one lot may have: 16 to the power of 6, the deepest tree of pads. */
export const LOT_LIMIT = 16_777_216;

/** What the sealing of a lot needs to know of it; `firstSerial` is the number of the lot's first serial in its serial space. */
export interface LotShape {
  readonly lot: string;
  readonly firstSerial: bigint;
  readonly quantity: number;
  /** Bytes of one seed, 16 to 64. */
  readonly seedLength: number;
}

export function pageCount(quantity: number): number {
  return Math.ceil(quantity / PAGE_SIZE);
}

/** Serials in page `page` of a lot of `quantity`: PAGE_SIZE, fewer in the last one. */
export function pageLength(quantity: number, page: number): number {
  return Math.min(PAGE_SIZE, quantity - page * PAGE_SIZE);
}
