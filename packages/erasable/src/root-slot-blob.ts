import { ErasableError } from './errors.ts';

const LENGTH_BYTES = 4;

/** What several slots sealed as one blob: for each, its length (4 bytes, big-endian) and its bytes. */
export function joinMirrored(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts.flatMap(part => [lengthOf(part), part]));
}

function lengthOf(part: Uint8Array): Uint8Array {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(part.byteLength);
  return length;
}

/** The parts of a blob. `blob` may be an attacker's: anything that `joinMirrored` cannot make is `seal_not_authentic`. */
export function splitMirrored(blob: Uint8Array): Uint8Array[] {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < blob.byteLength; ) {
    const start = at + LENGTH_BYTES;
    if (start > blob.byteLength) throw torn(blob);
    at = start + view.getUint32(at);
    if (at > blob.byteLength) throw torn(blob);
    parts.push(blob.subarray(start, at));
  }
  if (parts.length === 0) throw torn(blob);
  return parts;
}

function torn(blob: Uint8Array): ErasableError {
  return new ErasableError('seal_not_authentic', `${blob.byteLength} bytes are no blob of mirrored slots`);
}
