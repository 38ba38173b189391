import { SecretBytes } from '@seedlot/domain';
import { secretKey } from './aead.ts';
import { ErasableError } from './errors.ts';
import { Cover } from './frontier-cover.ts';
import {
  type CoverScale,
  FrontierReader,
  FrontierWriter,
  readCover,
  writeCover,
  writtenLength,
} from './frontier-encoding.ts';
import type { PadTree } from './tree.ts';
import { secretMemory } from './tree-memory.ts';
import { NODE_LENGTH, type Subtree } from './tree-prg.ts';
import { overlap } from './tree-ranges.ts';
import { lotContext } from './tree-shape.ts';

/** What the top blob keeps of a segment that has lost some of its serials: how to open its own blob. */
export interface PartialSegment {
  /** The frontier's version at which the segment was sealed last. */
  readonly version: number;
  readonly livingCount: number;
  readonly key: SecretBytes;
}

/** A segment that `whole` still has in full. Throws `index_invalid` for one that it has not. */
export function cutSegment(tree: PadTree, whole: Cover, segment: number): Cover {
  const top = { level: tree.segmentLevel, index: segment };
  const span = tree.span(top);
  const secret = new SecretBytes(secretMemory(NODE_LENGTH));
  let found = false;
  const descend = (node: Subtree): void => {
    if (overlap([span], tree.span(node)) === 'none') return;
    if (node.level < top.level) tree.visitChildren(node, descend);
    else {
      secret.bytes.set(node.secrets.subarray(node.offset, node.offset + NODE_LENGTH));
      found = true;
    }
  };
  for (const node of whole.subtrees()) descend(node);
  if (!found) throw new ErasableError('index_invalid', `segment ${segment} is not whole`);
  return new Cover(tree, top, [span], secret);
}

/** Seals what is left of a segment. */
export function sealSegment(
  tree: PadTree,
  segment: number,
  version: number,
  key: SecretBytes,
  left: Cover,
): Uint8Array {
  const writer = new FrontierWriter(writtenLength(left));
  writeCover(writer, left, scale(tree, segment));
  return writer.seal(secretKey(key), context(tree, segment, version));
}

/** Opens a segment's blob, which may be an attacker's: `frontier_damaged` for any but the one that the top blob means. */
export function openSegment(
  tree: PadTree,
  segment: number,
  entry: PartialSegment,
  sealed: Uint8Array,
): Cover {
  using reader = new FrontierReader(
    secretKey(entry.key),
    tree.shape.lot,
    context(tree, segment, entry.version),
    sealed,
  );
  const top = { level: tree.segmentLevel, index: segment };
  const left = readCover(reader, tree, top, scale(tree, segment));
  reader.check(left.livingCount === entry.livingCount);
  return left;
}

function scale(tree: PadTree, segment: number): CoverScale {
  return { span: tree.segmentSpan(segment), unit: 1 };
}

function context(tree: PadTree, segment: number, version: number): Uint8Array {
  return lotContext('frontier segment v1', tree.shape, version, segment);
}
