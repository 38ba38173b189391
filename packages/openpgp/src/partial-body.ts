import { lengthOctets } from './packet.ts';

/**
 * The base-2 logarithm of a part: 128 KiB, enough that its bookkeeping costs nothing, and little enough to stay in a
 * core's cache from the copy through the hashes to the cipher.
 */
const POWER = 17;

/** Octets of one part of a packet's body (RFC 9580 §4.2.1.4: a power of two, the first one at least 512). */
export const PART_SIZE = 2 ** POWER;

/** Room in front of a part for the longest length, five octets. */
const HEADROOM = 5;

/**
 * A packet's body of unknown length, cut into parts with their lengths in front: the last has a definite length and
 * may be empty. One buffer of its own serves all parts, so what it hands out is valid until the next call; dispose
 * wipes it.
 */
export class PartialBody implements Disposable {
  readonly #buffer = Buffer.allocUnsafeSlow(HEADROOM + PART_SIZE);
  #filled = 0;

  /** Takes in all of `bytes` and yields the parts that it completes: each only when more follows, for the last is different. */
  *push(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
    for (let offset = 0; offset < bytes.length; ) {
      if (this.#filled === PART_SIZE) yield this.#part(Uint8Array.of(0xe0 | POWER));
      const piece = bytes.subarray(offset, offset + PART_SIZE - this.#filled);
      this.#buffer.set(piece, HEADROOM + this.#filled);
      this.#filled += piece.length;
      offset += piece.length;
    }
  }

  /** The last part. */
  end(): Uint8Array {
    return this.#part(lengthOctets(this.#filled));
  }

  #part(length: Uint8Array): Uint8Array {
    const start = HEADROOM - length.length;
    this.#buffer.set(length, start);
    const part = this.#buffer.subarray(start, HEADROOM + this.#filled);
    this.#filled = 0;
    return part;
  }

  [Symbol.dispose](): void {
    this.#buffer.fill(0);
    this.#filled = 0;
  }
}
