import type { KeyObject } from 'node:crypto';
import { type LotShape, pageCount, pageLength, type SecretBytes } from '@seedlot/domain';
import { seal, unseal } from './aead.ts';
import { ErasableError } from './errors.ts';
import { type IndexRange, normalise, subtract } from './tree-ranges.ts';
import { assertShape, lotContext } from './tree-shape.ts';

/** Bytes of the seeds, or the pads, of one page. Throws `shape_invalid`, and `index_invalid` for a page that the lot has not. */
export function pageBytes(shape: LotShape, page: number): number {
  assertShape(shape);
  const pages = pageCount(shape.quantity);
  if (!Number.isSafeInteger(page) || page < 0 || page >= pages) {
    throw new ErasableError('index_invalid', `page ${page} is not one of ${pages}`);
  }
  return pageLength(shape.quantity, page) * shape.seedLength;
}

/**
 * Seals the seeds of a page: each under its own pad, which gives erasure, and all of them under the page key, which
 * gives integrity. `seeds` and `pads` are `pageBytes` long; `pads` is used up and left wiped, `seeds` stays the
 * caller's to wipe. Throws `buffer_invalid`, and `pad_missing` when a serial of the page was punctured or `pads` is
 * used a second time: a seed under a pad of zeros could never be erased.
 */
export function sealPage(
  shape: LotShape,
  page: number,
  pageKey: KeyObject,
  seeds: Uint8Array,
  pads: Uint8Array,
): Uint8Array {
  const length = pageBytes(shape, page);
  assertLength(seeds, length);
  assertLength(pads, length);
  try {
    assertPads(shape, page, pads);
    xorInto(pads, seeds);
    return seal(pageKey, context(shape, page), pads);
  } finally {
    pads.fill(0);
  }
}

/**
 * Opens a page, which may be an attacker's: `page_damaged` for anything but what `sealPage` gave for this page of this lot.
 * `pads`, as `Frontier.padsOfPage` wrote them, turns into the seeds of the `living` serials, counted from the start of the
 * page; every other one becomes zeros. The caller wipes it. Throws `buffer_invalid`, `index_invalid`.
 */
export function openPage(
  shape: LotShape,
  page: number,
  pageKey: KeyObject,
  sealed: Uint8Array,
  pads: Uint8Array,
  living: readonly IndexRange[],
): void {
  const length = pageBytes(shape, page);
  assertLength(pads, length);
  const all = { first: 0, after: length / shape.seedLength };
  const punctured = subtract([all], normalise(living, all.after));
  using masked = unsealPage(shape, page, pageKey, sealed);
  xorInto(pads, masked.bytes);
  for (const { first, after } of punctured) pads.fill(0, first * shape.seedLength, after * shape.seedLength);
}

/**
 * Gives the memory of a sealed page back at once: after it was stored, or opened. The collector would leave that of a whole
 * lot lying about, since it sees only the few bytes of each that are on its heap. Memory that others share stays.
 */
export function freePage({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

function unsealPage(shape: LotShape, page: number, pageKey: KeyObject, sealed: Uint8Array): SecretBytes {
  try {
    return unseal(pageKey, context(shape, page), sealed);
  } catch (cause) {
    const message = `${sealed.length} bytes do not open as page ${page} of lot ${shape.lot}`;
    throw new ErasableError('page_damaged', message, { cause });
  }
}

/** The context holds the lot's quantity and seed length, so an authentic page has the right length. */
function context(shape: LotShape, page: number): Uint8Array {
  return lotContext('sealed page v1', shape, page);
}

function assertLength(buffer: Uint8Array, length: number): void {
  if (buffer.length === length) return;
  throw new ErasableError('buffer_invalid', `the page has ${length} bytes of seeds, not ${buffer.length}`);
}

/** A pad of zeros comes from the tree once in 2^128 serials at least; it is one that `Frontier.padsOfPage` left out. */
function assertPads({ lot, seedLength }: LotShape, page: number, pads: Uint8Array): void {
  for (let at = 0; at < pads.length; at += seedLength) {
    let end = at;
    while (end < at + seedLength && pads[end] === 0) end++;
    if (end < at + seedLength) continue;
    const message = `serial ${at / seedLength} of page ${page} of lot ${lot} has no pad`;
    throw new ErasableError('pad_missing', message);
  }
}

/** Four bytes at a time where both arrays allow it. */
function xorInto(target: Uint8Array, mask: Uint8Array): void {
  const aligned = target.byteOffset % 4 === 0 && mask.byteOffset % 4 === 0;
  const words = aligned ? target.length >>> 2 : 0;
  const to = new Int32Array(target.buffer, aligned ? target.byteOffset : 0, words);
  const from = new Int32Array(mask.buffer, aligned ? mask.byteOffset : 0, words);
  for (let i = 0; i < words; i++) to[i] = (to[i] ?? 0) ^ (from[i] ?? 0);
  for (let i = words * 4; i < target.length; i++) target[i] = (target[i] ?? 0) ^ (mask[i] ?? 0);
}
