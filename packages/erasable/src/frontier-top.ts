import type { KeyObject } from 'node:crypto';
import { KEY_BYTES } from './aead.ts';
import type { Cover } from './frontier-cover.ts';
import {
  type CoverScale,
  FrontierReader,
  FrontierWriter,
  readCover,
  writeCover,
  writtenLength,
} from './frontier-encoding.ts';
import type { PartialSegment } from './frontier-segment.ts';
import type { PadTree } from './tree.ts';
import { type IndexRange, overlap } from './tree-ranges.ts';
import { lotContext } from './tree-shape.ts';

const ENTRY_LENGTH = 8 + KEY_BYTES;

/** What the top blob holds: the nodes above the segments that are still whole, and a key for every other living segment. */
export interface FrontierTop {
  readonly whole: Cover;
  readonly partial: ReadonlyMap<number, PartialSegment>;
}

/** Seals the number of partial segments, an entry for each in order, and the cover of the whole ones. */
export function sealTop(
  tree: PadTree,
  version: number,
  key: KeyObject,
  { whole, partial }: FrontierTop,
): Uint8Array {
  const writer = new FrontierWriter(2 + ENTRY_LENGTH * partial.size + writtenLength(whole));
  writer.uint16(partial.size);
  for (const [segment, entry] of [...partial].sort(([a], [b]) => a - b)) writeEntry(writer, segment, entry);
  writeCover(writer, whole, scale(tree));
  return writer.seal(key, context(tree, version));
}

/** Opens a top blob, which may be an attacker's: `frontier_damaged` for any but the one of this lot and version. */
export function openTop(tree: PadTree, version: number, key: KeyObject, sealed: Uint8Array): FrontierTop {
  using reader = new FrontierReader(key, tree.shape.lot, context(tree, version), sealed);
  using undo = new DisposableStack();
  const partial = new Map<number, PartialSegment>();
  for (let count = reader.uint16(), next = 0; count > 0; count--) {
    const segment = reader.uint16();
    reader.check(segment >= next && segment < tree.segmentCount);
    partial.set(segment, readEntry(reader, undo, version, tree.segmentSpan(segment)));
    next = segment + 1;
  }
  const whole = undo.use(readCover(reader, tree, { level: 0, index: 0 }, scale(tree)));
  for (const segment of partial.keys()) {
    reader.check(overlap(whole.living, tree.segmentSpan(segment)) === 'none');
  }
  undo.move();
  return { whole, partial };
}

function writeEntry(
  writer: FrontierWriter,
  segment: number,
  { version, livingCount, key }: PartialSegment,
): void {
  writer.uint16(segment);
  writer.uint32(version);
  writer.uint16(livingCount);
  writer.bytes(key.bytes);
}

function readEntry(
  reader: FrontierReader,
  undo: DisposableStack,
  newest: number,
  span: IndexRange,
): PartialSegment {
  const version = reader.uint32();
  const livingCount = reader.uint16();
  reader.check(version <= newest && livingCount >= 1 && livingCount < span.after - span.first);
  return { version, livingCount, key: undo.use(reader.bytes(KEY_BYTES)) };
}

function scale(tree: PadTree): CoverScale {
  return { span: tree.span({ level: 0, index: 0 }), unit: tree.width(tree.segmentLevel) };
}

function context(tree: PadTree, version: number): Uint8Array {
  return lotContext('frontier top v1', tree.shape, version);
}
