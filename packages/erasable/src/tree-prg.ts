import { hash } from 'node:crypto';
import { ErasableError } from './errors.ts';
import { secretMemory } from './tree-memory.ts';

/** Bytes of an inner node: 256 bits, the strength of the generator that it keys. */
export const NODE_LENGTH = 32;

/** A place in the tree: a level (the root's is 0, the pads' the tree's depth) and an index in it from the left. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
}

/** A node with its secret, which lies in `secrets` from `offset` on. */
export interface Subtree extends TreeNode {
  readonly secrets: Uint8Array;
  readonly offset: number;
}

const LABEL = new TextEncoder().encode('seedlot pad tree v1');
const PLACE_LENGTH = 6;

/**
 * The generator behind the tree: the children of a node are SHAKE256(label, length of lot id, lot id, depth, level,
 * bytes of a child, index as big-endian uint32, node). What stands before the node has one length within a lot and
 * differs between any two nodes of any two lots, so no call's output says anything about another's.
 */
export class TreePrg {
  readonly #input: Uint8Array;
  readonly #view: DataView;
  readonly #place: number;
  readonly #fanOut: number;
  readonly #options = { outputEncoding: 'buffer' as const, outputLength: 0 };

  /** `lotTag` is the lot's id behind its length. */
  constructor(lotTag: Uint8Array, depth: number, fanOut: number) {
    const prefix = [...LABEL, ...lotTag, depth];
    this.#fanOut = fanOut;
    this.#place = prefix.length;
    this.#input = secretMemory(prefix.length + PLACE_LENGTH + NODE_LENGTH);
    this.#input.set(prefix);
    this.#view = new DataView(this.#input.buffer, this.#place);
  }

  /** The children of a node, each of `childLength` bytes, one behind the other; the caller wipes them. */
  expand({ level, index, secrets, offset }: Subtree, childLength: number): Uint8Array {
    const node = secrets.subarray(offset, offset + NODE_LENGTH);
    if (node.length !== NODE_LENGTH) {
      throw new ErasableError('buffer_invalid', `a node cannot have ${node.length} bytes`);
    }
    this.#view.setUint8(0, level);
    this.#view.setUint8(1, childLength);
    this.#view.setUint32(2, index);
    this.#input.set(node, this.#place + PLACE_LENGTH);
    this.#options.outputLength = this.#fanOut * childLength;
    try {
      return hash('shake256', this.#input, this.#options);
    } finally {
      this.#input.fill(0, this.#place + PLACE_LENGTH);
    }
  }
}
