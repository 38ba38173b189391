import type { KeyObject } from 'node:crypto';
import { ErasableError } from './errors.ts';
import { ChunkCipher } from './sealed-file-chunk.ts';
import {
  type ByteRange,
  CHUNK_BYTES,
  chunkRange,
  HEADER_BYTES,
  layoutOf,
  type SealedFileLayout,
  TAG_BYTES,
} from './sealed-file-format.ts';
import { firstBytes, inPieces } from './sealed-file-pieces.ts';

/** A sealed file where it is stored. All that it gives may be an attacker's. */
export interface SealedFileSource {
  /** Its length in bytes. */
  readonly size: number;
  /** Exactly these bytes of it, in chunks of any length. */
  read(range: ByteRange): AsyncIterable<Uint8Array>;
}

/**
 * The plaintext of a sealed file, or a range of it, in chunks that belong to the caller. The last chunk is opened
 * first, so that no byte of a file that was cut short or extended comes out, whatever the range. Each chunk is
 * yielded only when it has been authenticated.
 *
 * At the first pull throws `range_invalid` unless 0 <= start <= end <= size of the plaintext, and at any pull
 * `sealed_file_damaged` for what is not the file that was sealed under this key and id.
 */
export function openSealedFile(
  key: KeyObject,
  id: string,
  source: SealedFileSource,
  range?: ByteRange,
): AsyncGenerator<Uint8Array, void, void> {
  return openSealedFileInChunks(CHUNK_BYTES, key, id, source, range);
}

export async function* openSealedFileInChunks(
  chunkBytes: number,
  key: KeyObject,
  id: string,
  source: SealedFileSource,
  range?: ByteRange,
): AsyncGenerator<Uint8Array, void, void> {
  const layout = layoutOf(source.size, chunkBytes);
  const wanted = range ?? { start: 0, end: layout.plainSize };
  assertWithin(wanted, layout.plainSize);
  const file = await StoredFile.open(key, id, source, layout);
  const last = layout.chunks - 1;
  const tail = await file.lastChunk();
  const after = Math.min(Math.ceil(wanted.end / chunkBytes), last);
  let chunk = Math.floor(wanted.start / chunkBytes);
  for await (const plain of file.chunks(chunk, after)) yield* part(plain, chunk++ * chunkBytes, wanted);
  yield* part(tail, last * chunkBytes, wanted);
}

/** A file whose header was read. */
class StoredFile {
  readonly #cipher: ChunkCipher;
  readonly #source: SealedFileSource;
  readonly #layout: SealedFileLayout;

  private constructor(cipher: ChunkCipher, source: SealedFileSource, layout: SealedFileLayout) {
    this.#cipher = cipher;
    this.#source = source;
    this.#layout = layout;
  }

  static async open(
    key: KeyObject,
    id: string,
    source: SealedFileSource,
    layout: SealedFileLayout,
  ): Promise<StoredFile> {
    const header = await firstBytes(source.read({ start: 0, end: HEADER_BYTES }), HEADER_BYTES);
    return new StoredFile(new ChunkCipher(key, id, header, layout.chunkBytes), source, layout);
  }

  /** The chunks from `first` to `after` (exclusive), none of which is the last. */
  async *chunks(first: number, after: number): AsyncGenerator<Uint8Array, void, void> {
    if (first >= after) return;
    const stored = this.#source.read(chunkRange(this.#layout, first, after));
    let chunk = first;
    for await (const sealed of inPieces(stored, this.#layout.chunkBytes + TAG_BYTES, after - first)) {
      yield this.#cipher.open(chunk++, false, sealed);
    }
  }

  async lastChunk(): Promise<Uint8Array> {
    const last = this.#layout.chunks - 1;
    const range = chunkRange(this.#layout, last, last + 1);
    const sealed = await firstBytes(this.#source.read(range), range.end - range.start);
    return this.#cipher.open(last, true, sealed);
  }
}

/** The part of a chunk that lies in the wanted range, if any does. */
function* part(
  plain: Uint8Array,
  offset: number,
  { start, end }: ByteRange,
): Generator<Uint8Array, void, void> {
  const wanted = plain.subarray(Math.max(0, start - offset), Math.max(0, end - offset));
  if (wanted.byteLength > 0) yield wanted;
}

function assertWithin({ start, end }: ByteRange, plainSize: number): void {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (whole && 0 <= start && start <= end && end <= plainSize) return;
  throw new ErasableError(
    'range_invalid',
    `bytes ${start} to ${end} do not lie in a file of ${plainSize} bytes`,
  );
}
