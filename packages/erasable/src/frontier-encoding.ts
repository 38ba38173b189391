import type { KeyObject } from 'node:crypto';
import { SecretBytes } from '@seedlot/domain';
import { seal, unseal } from './aead.ts';
import { ErasableError } from './errors.ts';
import { Cover } from './frontier-cover.ts';
import type { PadTree } from './tree.ts';
import { secretMemory } from './tree-memory.ts';
import type { TreeNode } from './tree-prg.ts';
import type { IndexRange } from './tree-ranges.ts';

const RANGE_LENGTH = 4;

/** Writes big-endian numbers and secrets into memory that is sealed and then wiped. */
export class FrontierWriter {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #end = 0;

  constructor(length: number) {
    this.#bytes = secretMemory(length);
    this.#view = new DataView(this.#bytes.buffer);
  }

  uint16(value: number): void {
    this.#view.setUint16(this.#end, value);
    this.#end += 2;
  }

  uint32(value: number): void {
    this.#view.setUint32(this.#end, value);
    this.#end += 4;
  }

  bytes(value: Uint8Array): void {
    this.#bytes.set(value, this.#end);
    this.#end += value.length;
  }

  /** Seals what was written, and wipes it. */
  seal(key: KeyObject, context: Uint8Array): Uint8Array {
    try {
      return seal(key, context, this.#bytes);
    } finally {
      this.#bytes.fill(0);
    }
  }
}

/** Reads an opened frontier. It is authentic; what it says is checked all the same, and a fault is `frontier_damaged`. */
export class FrontierReader implements Disposable {
  readonly #plaintext: SecretBytes;
  readonly #lot: string;
  #start = 0;

  constructor(key: KeyObject, lot: string, context: Uint8Array, sealed: Uint8Array) {
    this.#lot = lot;
    try {
      this.#plaintext = unseal(key, context, sealed);
    } catch (cause) {
      throw new ErasableError(
        'frontier_damaged',
        `${sealed.length} bytes do not open as the frontier of ${lot}`,
        {
          cause,
        },
      );
    }
  }

  uint16(): number {
    return this.#view(2).getUint16(0);
  }

  uint32(): number {
    return this.#view(4).getUint32(0);
  }

  /** A copy, which the caller wipes. */
  bytes(length: number): SecretBytes {
    const { buffer, byteOffset } = this.#view(length);
    const copy = secretMemory(length);
    copy.set(new Uint8Array(buffer, byteOffset, length));
    return new SecretBytes(copy);
  }

  /** All bytes not yet read. */
  rest(): SecretBytes {
    return this.bytes(this.#plaintext.bytes.length - this.#start);
  }

  /** Throws `frontier_damaged` unless what was read makes sense. */
  check(sound: boolean): void {
    if (!sound)
      throw new ErasableError('frontier_damaged', `the frontier of ${this.#lot} contradicts itself`);
  }

  [Symbol.dispose](): void {
    this.#plaintext.wipe();
  }

  #view(length: number): DataView {
    const { buffer, byteOffset, byteLength } = this.#plaintext.bytes;
    this.check(this.#start + length <= byteLength);
    const view = new DataView(buffer, byteOffset + this.#start, length);
    this.#start += length;
    return view;
  }
}

/** How the living serials of a cover are counted: in units of `unit` serials from the first one of `span`. */
export interface CoverScale {
  readonly span: IndexRange;
  readonly unit: number;
}

/** Bytes that `writeCover` writes. */
export function writtenLength(cover: Cover): number {
  return 2 + RANGE_LENGTH * cover.living.length + cover.secrets.length;
}

/** The number of living ranges, the ranges (two uint16 each), then the secrets to the end. */
export function writeCover(writer: FrontierWriter, cover: Cover, { span, unit }: CoverScale): void {
  writer.uint16(cover.living.length);
  for (const { first, after } of cover.living) {
    writer.uint16((first - span.first) / unit);
    writer.uint16(Math.ceil((after - span.first) / unit));
  }
  writer.bytes(cover.secrets);
}

/** The cover that `writeCover` wrote, of nodes at and below `top`. */
export function readCover(reader: FrontierReader, tree: PadTree, top: TreeNode, scale: CoverScale): Cover {
  const living = readRanges(reader, scale);
  return new Cover(tree, top, living, reader.rest());
}

function readRanges(reader: FrontierReader, { span, unit }: CoverScale): IndexRange[] {
  const ranges: IndexRange[] = [];
  let free = span.first;
  for (let count = reader.uint16(); count > 0; count--) {
    const first = span.first + reader.uint16() * unit;
    const after = span.first + reader.uint16() * unit;
    reader.check(first >= free && first < after && after - unit < span.after);
    ranges.push({ first, after: Math.min(after, span.after) });
    free = after + 1;
  }
  return ranges;
}
