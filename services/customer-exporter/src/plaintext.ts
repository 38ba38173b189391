import { printSerial } from '@seedlot/domain';
import { ErasableError } from '@seedlot/erasable';
import {
  assertFrontiers,
  type ExportLot,
  type ExportOrder,
  LedgerError,
  type Reader,
  readCounters,
} from '@seedlot/ledger';
import { type LotReader, openLot, type SeedRun } from '@seedlot/opened-lot';
import type { ExportToken } from '@seedlot/seed-files';
import { ExportText } from './export-text.ts';

/**
 * The customer's file of all living serials of a delivery. Lots are opened one after the other, and only the pages that
 * hold these serials. Each chunk lies in one buffer that the next pull overwrites; seeds and text are wiped at the end,
 * however the reader leaves. Throws `frontier_moved` when a lot is not any more as the order found it.
 */
export async function* exportPlaintext(
  reader: LotReader,
  order: ExportOrder,
): AsyncGenerator<Uint8Array, void, void> {
  using text = new ExportText(order.format);
  try {
    for (const lot of order.lots) yield* writeLot(reader, lot, text);
    yield text.end();
  } catch (cause) {
    if (cause instanceof ErasableError || cause instanceof LedgerError) {
      await assertFrontiers(reader.ledger, order);
    }
    throw cause;
  }
}

async function* writeLot(
  reader: LotReader,
  lot: ExportLot,
  text: ExportText,
): AsyncGenerator<Uint8Array, void, void> {
  using opened = await openLot(reader, lot.shape);
  for await (const runs of opened.seeds(lot.living)) {
    const counterOf = await countersOf(reader.ledger, lot, runs);
    for (const { number, seed } of tokensIn(runs, lot.shape.seedLength)) {
      text.add(tokenOf(lot, number, counterOf(number)), seed);
      if (text.isFull) yield text.take();
    }
  }
}

export function tokenOf({ serials, product }: ExportLot, number: bigint, counter: bigint): ExportToken {
  return { serial: printSerial(serials, number), product, counter };
}

function* tokensIn(runs: readonly SeedRun[], seedLength: number) {
  for (const { first, count, seeds } of runs) {
    for (let i = 0; i < count; i++) {
      yield { number: first + BigInt(i), seed: seeds.subarray(i * seedLength, (i + 1) * seedLength) };
    }
  }
}

/** The next counter of each serial of a page: behind the codes that its sample has used up, else 0. */
async function countersOf(
  ledger: Reader,
  { serials, highestCounter }: ExportLot,
  runs: readonly SeedRun[],
): Promise<(number: bigint) => bigint> {
  const [start, end] = [runs[0], runs.at(-1)];
  if (highestCounter === 0n || start === undefined || end === undefined) return () => 0n;
  const range = { first: start.first, after: end.first + BigInt(end.count) };
  const counters = new Map<bigint, bigint>();
  for (const { first, after, counter } of await readCounters(ledger, serials.id, range)) {
    for (let number = first; number < after; number++) counters.set(number, counter);
  }
  return number => counters.get(number) ?? 0n;
}
