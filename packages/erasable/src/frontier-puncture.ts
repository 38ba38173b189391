import { randomFillSync } from 'node:crypto';
import { SecretBytes } from '@seedlot/domain';
import { KEY_BYTES } from './aead.ts';
import type { Cover } from './frontier-cover.ts';
import { type PartialSegment, sealSegment } from './frontier-segment.ts';
import type { FrontierTop } from './frontier-top.ts';
import type { PadTree } from './tree.ts';
import { secretMemory } from './tree-memory.ts';
import { type IndexRange, normalise, overlap } from './tree-ranges.ts';

/** What a puncture makes of a segment: nothing, or one that has fewer living serials and is sealed under a new key. */
export type SegmentChange = 'gone' | { readonly entry: PartialSegment; readonly sealed: Uint8Array };

/** The segments that hold living serials and any of the `punctured` ones. */
export function touchedSegments(tree: PadTree, top: FrontierTop, punctured: readonly IndexRange[]): number[] {
  const segments = Array.from({ length: tree.segmentCount }, (_, segment) => segment);
  return segments.filter(segment => {
    const span = tree.segmentSpan(segment);
    const lives = top.partial.has(segment) || overlap(top.whole.living, span) !== 'none';
    return lives && overlap(punctured, span) !== 'none';
  });
}

/** What becomes of an opened segment at `version`; `null` when no living serial of it is punctured. */
export function punctureSegment(
  tree: PadTree,
  segment: number,
  before: Cover,
  punctured: readonly IndexRange[],
  version: number,
): SegmentChange | null {
  using left = before.without(punctured);
  const { livingCount } = left;
  if (livingCount === before.livingCount) return null;
  if (livingCount === 0) return 'gone';
  const key = new SecretBytes(randomFillSync(secretMemory(KEY_BYTES)));
  return { entry: { version, livingCount, key }, sealed: sealSegment(tree, segment, version, key, left) };
}

/** The top after `changes`; entries of untouched segments are those of the old one. */
export function changedTop(
  tree: PadTree,
  top: FrontierTop,
  changes: ReadonlyMap<number, SegmentChange>,
): FrontierTop {
  const spans = [...changes.keys()].map(segment => tree.segmentSpan(segment));
  const partial = new Map(top.partial);
  for (const [segment, change] of changes) {
    if (change === 'gone') partial.delete(segment);
    else partial.set(segment, change.entry);
  }
  return { whole: top.whole.without(normalise(spans, tree.shape.quantity)), partial };
}
