import type { KeyObject } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import type { LotShape, SecretBytes } from '@seedlot/domain';
import { drawSeeds, type Frontier, type LoadSegment, pageMemory, sealPage } from '@seedlot/erasable';
import type { PageRun } from '@seedlot/ledger';

/** A lot opened for generation: its secrets live until the end of the step. */
export interface OpenedLot {
  readonly shape: LotShape;
  readonly frontier: Frontier;
  readonly pageKey: KeyObject;
  readonly loadSegment: LoadSegment;
}

/** Draws and seals all pages of a run. Seeds exist in two buffers only, wiped at the end. */
export async function makeRun(lot: OpenedLot, run: PageRun, signal: AbortSignal): Promise<Uint8Array[]> {
  using seeds = pageMemory(lot.shape);
  using pads = pageMemory(lot.shape);
  const sealed: Uint8Array[] = [];
  for (let page = run.firstPage; page < run.afterPage; page++) {
    sealed.push(await makePage(lot, page, seeds, pads));
    await breathe();
    signal.throwIfAborted();
  }
  return sealed;
}

async function makePage(
  lot: OpenedLot,
  page: number,
  seeds: SecretBytes,
  pads: SecretBytes,
): Promise<Uint8Array> {
  const drawn = drawSeeds(lot.shape, page, seeds);
  const room = pads.bytes.subarray(0, drawn.length);
  await lot.frontier.padsOfPage(page, lot.loadSegment, room);
  return sealPage(lot.shape, page, lot.pageKey, drawn, room);
}
