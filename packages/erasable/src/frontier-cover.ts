import { SecretBytes } from '@seedlot/domain';
import { ErasableError } from './errors.ts';
import type { PadTree } from './tree.ts';
import { secretMemory } from './tree-memory.ts';
import type { Subtree, TreeNode } from './tree-prg.ts';
import { type IndexRange, overlap, sizeOf, subtract } from './tree-ranges.ts';

/**
 * The living serials below one node, with the secrets of the fewest nodes that have all of these and no other serial
 * of the lot below them. Which nodes these are follows from the living serials alone, so only the secrets are kept:
 * one behind the other, from left to right.
 */
export class Cover implements Disposable {
  readonly living: readonly IndexRange[];
  readonly #tree: PadTree;
  readonly #top: TreeNode;
  readonly #nodes: readonly TreeNode[];
  readonly #secrets: SecretBytes;

  /** Takes ownership of `secrets`; throws `frontier_damaged`, having wiped them, when they are not as long as the nodes'. */
  constructor(tree: PadTree, top: TreeNode, living: readonly IndexRange[], secrets: SecretBytes) {
    this.living = living;
    this.#tree = tree;
    this.#top = top;
    this.#nodes = minimalCover(tree, top, living);
    this.#secrets = secrets;
    const { length } = secrets.bytes;
    if (length === coverLength(tree, this.#nodes)) return;
    secrets.wipe();
    throw new ErasableError(
      'frontier_damaged',
      `${this.#nodes.length} nodes of ${tree.shape.lot} cannot have ${length} bytes`,
    );
  }

  get livingCount(): number {
    return sizeOf(this.living);
  }

  /** The living secrets, not a copy. */
  get secrets(): Uint8Array {
    return this.#secrets.bytes;
  }

  /** The nodes from left to right. */
  *subtrees(): Generator<Subtree, void, undefined> {
    let offset = 0;
    for (const node of this.#nodes) {
      yield { ...node, secrets: this.secrets, offset };
      offset += this.#tree.secretLength(node.level);
    }
  }

  /** What is left without `punctured`: a new cover with secrets of its own. */
  without(punctured: readonly IndexRange[]): Cover {
    const tree = this.#tree;
    const living = subtract(this.living, punctured);
    const secrets = secretMemory(coverLength(tree, minimalCover(tree, this.#top, living)));
    let end = 0;
    for (const node of this.subtrees()) {
      carve(tree, node, punctured, ({ level, secrets: from, offset }) => {
        const after = offset + tree.secretLength(level);
        secrets.set(from.subarray(offset, after), end);
        end += after - offset;
      });
    }
    return new Cover(tree, this.#top, living, new SecretBytes(secrets));
  }

  wipe(): void {
    this.#secrets.wipe();
  }

  [Symbol.dispose](): void {
    this.wipe();
  }
}

/** Bytes of the secrets of `nodes`. */
export function coverLength(tree: PadTree, nodes: readonly TreeNode[]): number {
  return nodes.reduce((length, node) => length + tree.secretLength(node.level), 0);
}

/** The fewest nodes at and below `top` that have exactly the `living` serials of the lot below them, from left to right. */
export function minimalCover(tree: PadTree, top: TreeNode, living: readonly IndexRange[]): TreeNode[] {
  const share = overlap(living, tree.span(top));
  if (share === 'none') return [];
  if (share === 'all') return [{ level: top.level, index: top.index }];
  const nodes: TreeNode[] = [];
  const { first, after } = tree.children(top);
  for (let index = first; index < after; index++) {
    nodes.push(...minimalCover(tree, { level: top.level + 1, index }, living));
  }
  return nodes;
}

/** Calls `keep` with what a puncture leaves of a node: all of it, nothing, or what it leaves of its children. */
function carve(
  tree: PadTree,
  node: Subtree,
  punctured: readonly IndexRange[],
  keep: (rest: Subtree) => void,
): void {
  const share = overlap(punctured, tree.span(node));
  if (share === 'none') keep(node);
  if (share === 'some') tree.visitChildren(node, child => carve(tree, child, punctured, keep));
}
