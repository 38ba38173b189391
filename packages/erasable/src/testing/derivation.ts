import { openSegment } from '../frontier-segment.ts';
import { openTop } from '../frontier-top.ts';
import { PadTree } from '../tree.ts';
import type { Subtree, TreeNode } from '../tree-prg.ts';
import type { StoredFrontier } from './stored-frontier.ts';

/** The secret, in hex, of every place of a tree that somebody can know. */
export type Knowledge = Map<string, string>;

export interface Derivation {
  /** Places whose secrets are stored themselves. */
  readonly stored: Set<string>;
  /** Those and everything that follows from them. */
  readonly known: Knowledge;
}

export function placeOf({ level, index }: TreeNode): string {
  return `${level}/${index}`;
}

/** All that an attacker with the frontier key learns from a stored frontier: every blob opened, every node expanded. */
export function deriveAll({ shape, geometry, version, key, top, blobs }: StoredFrontier): Derivation {
  const tree = new PadTree(shape, geometry);
  const { whole, partial } = openTop(tree, version, key, top);
  const stored: Subtree[] = [...whole.subtrees()];
  for (const [segment, entry] of partial) {
    stored.push(...openSegment(tree, segment, entry, blobs.get(segment) ?? new Uint8Array()).subtrees());
  }
  const known: Knowledge = new Map();
  for (const node of stored) expand(tree, node, known);
  return { stored: new Set(stored.map(placeOf)), known };
}

function expand(tree: PadTree, node: Subtree, known: Knowledge): void {
  const end = node.offset + tree.secretLength(node.level);
  known.set(placeOf(node), Buffer.from(node.secrets).toString('hex', node.offset, end));
  if (node.level < tree.depth) tree.visitChildren(node, child => expand(tree, child, known));
}

/** Every place of a lot's tree that has serials below it, with these serials, found without the code under test. */
export function placesOf({ depth, shape: { quantity } }: PadTree, fanOut: number): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (let serial = 0; serial < quantity; serial++) {
    for (let level = 0, index = serial; level <= depth; level++, index = Math.floor(index / fanOut)) {
      const place = placeOf({ level: depth - level, index });
      places.set(place, [...(places.get(place) ?? []), serial]);
    }
  }
  return places;
}
