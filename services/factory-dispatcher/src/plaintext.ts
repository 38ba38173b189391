import type { KeyObject } from 'node:crypto';
import { PAGE_SIZE, pageCount, pageLength, type SecretBytes } from '@seedlot/domain';
import { type Frontier, freePage, openPage, pageBytes, pageMemory, secretMemory } from '@seedlot/erasable';
import type { DispatchOrder } from '@seedlot/ledger';
import { FactoryCsvWriter } from '@seedlot/seed-files';

/** A sealed lot, opened: its secrets live until the end of the step. */
export interface OpenedLot {
  readonly order: DispatchOrder;
  readonly frontier: Frontier;
  readonly pageKey: KeyObject;
  readonly loadPage: (page: number) => Promise<Uint8Array>;
  readonly loadSegment: (segment: number) => Promise<Uint8Array>;
}

/**
 * The factory's CSV of all living serials, a page at a time. Each chunk lies in one buffer that the next pull
 * overwrites; seeds and text are wiped at the end, however the reader leaves.
 */
export async function* factoryPlaintext(lot: OpenedLot): AsyncGenerator<Uint8Array, void, void> {
  const { shape, serials, seedEncoding } = lot.order;
  const csv = new FactoryCsvWriter({ serials, encoding: seedEncoding, seedLength: shape.seedLength });
  using seeds = pageMemory(shape);
  const text = secretMemory(csv.rowLength * pageLength(shape.quantity, 0));
  try {
    yield csv.header;
    for await (const page of sealedPages(lot)) {
      yield text.subarray(0, await writePage(lot, csv, page, seeds, text));
      freePage(page.sealed);
    }
  } finally {
    text.fill(0);
  }
}

interface SealedPage {
  readonly page: number;
  readonly sealed: Uint8Array;
}

/** All pages in order, each of them loaded while the one before it is in use. */
async function* sealedPages({ order, loadPage }: OpenedLot): AsyncGenerator<SealedPage, void, void> {
  const count = pageCount(order.shape.quantity);
  let next = loadPage(0);
  for (let page = 0; page < count; page++) {
    const sealed = await next;
    if (page + 1 < count) next = loadPage(page + 1);
    next.catch(leaveToAwait);
    yield { page, sealed };
  }
}

/** A load that fails is told where it is awaited; where nobody comes to that any more, there is nothing to tell. */
function leaveToAwait(): void {}

async function writePage(
  lot: OpenedLot,
  csv: FactoryCsvWriter,
  { page, sealed }: SealedPage,
  seeds: SecretBytes,
  text: Uint8Array,
): Promise<number> {
  const { shape } = lot.order;
  const room = seeds.bytes.subarray(0, pageBytes(shape, page));
  const living = await lot.frontier.padsOfPage(page, lot.loadSegment, room);
  openPage(shape, page, lot.pageKey, sealed, room, living);
  const firstOfPage = shape.firstSerial + BigInt(page * PAGE_SIZE);
  let written = 0;
  for (const { first, after } of living) {
    const part = room.subarray(first * shape.seedLength, after * shape.seedLength);
    written += csv.writeRows(text.subarray(written), firstOfPage + BigInt(first), part, after - first);
  }
  return written;
}
