import type { KeyObject } from 'node:crypto';
import { pageCount, pageLength } from '@seedlot/domain';
import { type Frontier, openPage, pageBytes, pageMemory } from '@seedlot/erasable';
import type { DispatchOrder } from '@seedlot/ledger';
import { factoryCsv } from '@seedlot/seed-files';

/** A sealed lot, opened: its secrets live until the end of the step. */
export interface OpenedLot {
  readonly order: DispatchOrder;
  readonly frontier: Frontier;
  readonly pageKey: KeyObject;
  readonly loadPage: (page: number) => Promise<Uint8Array>;
  readonly loadSegment: (segment: number) => Promise<Uint8Array>;
}

/**
 * The factory's CSV, a page of serials at a time. Each chunk lies in one buffer that the next pull overwrites; all
 * buffers are wiped at the end, however the reader leaves.
 */
export async function* factoryPlaintext(lot: OpenedLot): AsyncGenerator<Uint8Array, void, void> {
  const { shape, stem, digits, seedEncoding } = lot.order;
  const csv = factoryCsv({ stem, digits, encoding: seedEncoding, seedLength: shape.seedLength });
  using seeds = pageMemory(shape);
  const rows = new Uint8Array(new ArrayBuffer(csv.rowLength * pageLength(shape.quantity, 0)));
  try {
    yield csv.header();
    for (let page = 0; page < pageCount(shape.quantity); page++) {
      const room = seeds.bytes.subarray(0, pageBytes(shape, page));
      const living = await lot.frontier.padsOfPage(page, lot.loadSegment, room);
      openPage(shape, page, lot.pageKey, await lot.loadPage(page), room, living);
      const first = shape.firstSerial + BigInt(page) * BigInt(pageLength(shape.quantity, 0));
      yield rows.subarray(0, csv.writeRows(rows, first, room, pageLength(shape.quantity, page)));
      room.fill(0);
    }
  } finally {
    rows.fill(0);
  }
}
