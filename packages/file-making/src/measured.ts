import { createHash } from 'node:crypto';

/** A stream as it passes by, and, once it has ended, its length and its SHA-256. */
export interface Measured {
  readonly stream: AsyncGenerator<Uint8Array, void, void>;
  size(): number;
  sha256(): Buffer;
}

export function measure(source: AsyncIterable<Uint8Array>): Measured {
  const hash = createHash('sha256');
  let size = 0;
  async function* stream(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of source) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  return { stream: stream(), size: () => size, sha256: () => hash.digest() };
}
