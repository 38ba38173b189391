import { pageLength } from '@seedlot/domain';
import { secretMemory } from '@seedlot/erasable';
import type { DispatchOrder } from '@seedlot/ledger';
import type { OpenedLot, SeedRun } from '@seedlot/opened-lot';
import { FactoryCsvWriter } from '@seedlot/seed-files';

/**
 * The factory's CSV of all living serials, a page at a time. Each chunk lies in one buffer that the next pull
 * overwrites; seeds and text are wiped at the end, however the reader leaves.
 */
export async function* factoryPlaintext(
  { shape, serials, seedEncoding }: DispatchOrder,
  lot: OpenedLot,
): AsyncGenerator<Uint8Array, void, void> {
  const csv = new FactoryCsvWriter({ serials, encoding: seedEncoding, seedLength: shape.seedLength });
  const text = secretMemory(csv.rowLength * pageLength(shape.quantity, 0));
  try {
    yield csv.header;
    for await (const runs of lot.seeds()) yield text.subarray(0, writeRuns(csv, runs, text));
  } finally {
    text.fill(0);
  }
}

function writeRuns(csv: FactoryCsvWriter, runs: readonly SeedRun[], text: Uint8Array): number {
  let written = 0;
  for (const { first, count, seeds } of runs) {
    written += csv.writeRows(text.subarray(written), first, seeds, count);
  }
  return written;
}
