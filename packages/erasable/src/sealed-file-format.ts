import { ErasableError } from './errors.ts';

/**
 * A sealed file, version 1:
 *
 *     "SEEDLOT" 0x01 || prefix (7 random bytes) || chunk 0 || chunk 1 || … || last chunk
 *
 * Each chunk is 64 KiB of plaintext under AES-256-GCM, ciphertext || tag (16); only the last may be shorter, and it is
 * empty only when the file is. The nonce is STREAM's (Hoang, Reyhanitabar, Rogaway, Vizár: Online
 * Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015): prefix || chunk number (4, big-endian) ||
 * 1 for the last chunk, else 0. So a chunk opens only in its place, only in its file, and only the last one as the
 * last. The additional data is the same for all chunks of a file: its id, the chunk size and the header.
 */
export const CHUNK_BYTES = 65_536;

export const MAGIC: Uint8Array = Buffer.from('SEEDLOT\x01', 'latin1');
export const PREFIX_BYTES = 7;
export const HEADER_BYTES = MAGIC.byteLength + PREFIX_BYTES;
export const TAG_BYTES = 16;

const CHUNK_LIMIT = 2 ** 32;

/** Bytes `start` (inclusive) to `end` (exclusive). */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What the length of a sealed file says of it. */
export interface SealedFileLayout {
  readonly sealedSize: number;
  readonly plainSize: number;
  readonly chunkBytes: number;
  readonly chunks: number;
}

/** The length of the sealed file of so many bytes; throws `sealed_file_too_large`. */
export function sealedFileSize(plainSize: number, chunkBytes: number = CHUNK_BYTES): number {
  const chunks = Math.max(1, Math.ceil(plainSize / chunkBytes));
  if (chunks <= CHUNK_LIMIT) return HEADER_BYTES + plainSize + chunks * TAG_BYTES;
  throw new ErasableError(
    'sealed_file_too_large',
    `a sealed file holds ${CHUNK_LIMIT} chunks, not ${chunks}`,
  );
}

/** How many bytes a sealed file of this length holds; throws `sealed_file_damaged` for a length that none has. */
export function plainFileSize(sealedSize: number, chunkBytes: number = CHUNK_BYTES): number {
  return layoutOf(sealedSize, chunkBytes).plainSize;
}

export function layoutOf(sealedSize: number, chunkBytes: number): SealedFileLayout {
  const body = sealedSize - HEADER_BYTES;
  const chunks = Math.ceil(body / (chunkBytes + TAG_BYTES));
  const plainSize = body - chunks * TAG_BYTES;
  const possible = Number.isSafeInteger(sealedSize) && plainSize >= 0 && chunks <= CHUNK_LIMIT;
  if (possible && sealedFileSize(plainSize, chunkBytes) === sealedSize) {
    return { sealedSize, plainSize, chunkBytes, chunks };
  }
  throw new ErasableError('sealed_file_damaged', `no sealed file has a length of ${sealedSize} bytes`);
}

/** Where chunks `first` to `after` (exclusive) lie in the sealed file. */
export function chunkRange(layout: SealedFileLayout, first: number, after: number): ByteRange {
  const place = (chunk: number) => HEADER_BYTES + chunk * (layout.chunkBytes + TAG_BYTES);
  return { start: place(first), end: Math.min(place(after), layout.sealedSize) };
}
