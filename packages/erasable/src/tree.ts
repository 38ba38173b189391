import type { LotShape } from '@seedlot/domain';
import { NODE_LENGTH, type Subtree, type TreeNode, TreePrg } from './tree-prg.ts';
import type { IndexRange } from './tree-ranges.ts';
import { assertShape, lotTag } from './tree-shape.ts';

/** How a tree branches. Every lot has `LOT_TREE`; tests exhaust smaller ones. */
export interface TreeGeometry {
  readonly fanOut: number;
  /** Levels between a segment's node and its pads. */
  readonly segmentLevels: number;
}

/** Segments of 16 to the power of 3 serials: one segment for each page. */
export const LOT_TREE: TreeGeometry = { fanOut: 16, segmentLevels: 3 };

/**
 * The pseudo-random tree of one lot (Goldreich, Goldwasser and Micali 1986): a node expands to all pads below it and
 * tells nothing of any other. Keeps no secret between calls.
 */
export class PadTree {
  readonly shape: LotShape;
  /** Level of the pads. */
  readonly depth: number;
  /** Level of the nodes that each stand for one segment. */
  readonly segmentLevel: number;
  readonly #fanOut: number;
  readonly #prg: TreePrg;

  /** Throws `shape_invalid`. */
  constructor(shape: LotShape, { fanOut, segmentLevels }: TreeGeometry = LOT_TREE) {
    assertShape(shape);
    let depth = segmentLevels;
    while (fanOut ** depth < shape.quantity) depth++;
    this.shape = shape;
    this.depth = depth;
    this.segmentLevel = depth - segmentLevels;
    this.#fanOut = fanOut;
    this.#prg = new TreePrg(lotTag(shape.lot), depth, fanOut);
  }

  get segmentCount(): number {
    return Math.ceil(this.shape.quantity / this.width(this.segmentLevel));
  }

  /** Serials under a node of `level` in a full tree. */
  width(level: number): number {
    return this.#fanOut ** (this.depth - level);
  }

  /** The serials of the lot under a node that has any. */
  span({ level, index }: TreeNode): IndexRange {
    const first = index * this.width(level);
    return { first, after: Math.min(first + this.width(level), this.shape.quantity) };
  }

  segmentSpan(segment: number): IndexRange {
    return this.span({ level: this.segmentLevel, index: segment });
  }

  /** Bytes of the secret of a node: on the last level a pad, as long as a seed. */
  secretLength(level: number): number {
    return level === this.depth ? this.shape.seedLength : NODE_LENGTH;
  }

  /** The run of a node's children, by their indexes, that have serials of the lot below them. */
  children({ level, index }: TreeNode): IndexRange {
    const first = index * this.#fanOut;
    const inLot = Math.ceil(this.shape.quantity / this.width(level + 1));
    return { first, after: Math.min(first + this.#fanOut, inLot) };
  }

  /** Calls `visit` with every child that has serials of the lot below it; their secrets are wiped afterwards. */
  visitChildren(parent: Subtree, visit: (child: Subtree) => void): void {
    const level = parent.level + 1;
    const length = this.secretLength(level);
    const { first, after } = this.children(parent);
    const secrets = this.#prg.expand(parent, length);
    try {
      for (let index = first; index < after; index++) {
        visit({ level, index, secrets, offset: (index - first) * length });
      }
    } finally {
      secrets.fill(0);
    }
  }

  /** Writes the pads below a node into `out`, which starts with the pad of serial `origin`. */
  writePads(node: Subtree, out: Uint8Array, origin: number): void {
    if (node.level + 1 < this.depth) this.visitChildren(node, child => this.writePads(child, out, origin));
    else if (node.level < this.depth) this.#writeLastChildren(node, out, origin);
    else this.#copyPads(node.secrets, node.offset, { first: node.index, after: node.index + 1 }, out, origin);
  }

  #writeLastChildren(node: Subtree, out: Uint8Array, origin: number): void {
    const pads = this.#prg.expand(node, this.shape.seedLength);
    try {
      this.#copyPads(pads, 0, this.children(node), out, origin);
    } finally {
      pads.fill(0);
    }
  }

  #copyPads(pads: Uint8Array, offset: number, serials: IndexRange, out: Uint8Array, origin: number): void {
    const { seedLength } = this.shape;
    const length = (serials.after - serials.first) * seedLength;
    out.set(pads.subarray(offset, offset + length), (serials.first - origin) * seedLength);
  }
}
