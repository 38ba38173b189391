import { type KeyObject, randomFillSync } from 'node:crypto';
import { SecretBytes } from '@seedlot/domain';
import { ChunkCipher } from './sealed-file-chunk.ts';
import { CHUNK_BYTES, MAGIC, PREFIX_BYTES, TAG_BYTES } from './sealed-file-format.ts';

/**
 * Seals a stream under a key that was drawn for it alone; `id` is bound into every chunk. Memory is constant: the
 * source is pulled only when the consumer pulls. A chunk of either is used no more once the next one is pulled: the
 * source may overwrite its buffer, and this overwrites the one that it yields. A stream that ends early, by an error
 * of the source or by the consumer's choice, has no last chunk and does not open.
 */
export function sealFile(
  key: KeyObject,
  id: string,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  return sealFileInChunks(CHUNK_BYTES, key, id, source);
}

export async function* sealFileInChunks(
  chunkBytes: number,
  key: KeyObject,
  id: string,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const header = newHeader();
  const cipher = new ChunkCipher(key, id, header, chunkBytes);
  const sealed = new Uint8Array(chunkBytes + TAG_BYTES);
  using plain = new SecretBytes(Buffer.allocUnsafeSlow(chunkBytes));
  let [chunk, filled] = [0, 0];
  yield header;
  for await (const piece of source) {
    for (let taken = 0; taken < piece.byteLength; ) {
      // A full chunk waits for the next byte: only then is it known not to be the last.
      if (filled === chunkBytes) {
        yield cipher.seal(chunk++, false, plain.bytes, sealed);
        filled = 0;
      }
      const part = piece.subarray(taken, taken + chunkBytes - filled);
      plain.bytes.set(part, filled);
      filled += part.byteLength;
      taken += part.byteLength;
    }
  }
  yield cipher.seal(chunk, true, plain.bytes.subarray(0, filled), sealed);
}

function newHeader(): Uint8Array {
  return Buffer.concat([MAGIC, randomFillSync(Buffer.alloc(PREFIX_BYTES))]);
}
