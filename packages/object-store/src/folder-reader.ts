import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ObjectStoreError } from './errors.ts';
import type { ByteRange } from './object-store.ts';

const CHUNK = 64 * 1024;

/** The bytes of the regular file at `path`; a symbolic link there is refused (ELOOP), not followed. */
export async function* readFileRange(
  path: string,
  name: string,
  range: ByteRange | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  // O_NONBLOCK: a pipe that somebody put here must not hang the reader.
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const { start, end } = await checkedRange(file, name, range);
  for (let position = start; position < end; ) {
    const chunk = await readChunk(file, position, end, name);
    position += chunk.length;
    yield chunk;
  }
}

async function checkedRange(
  file: FileHandle,
  name: string,
  range: ByteRange | undefined,
): Promise<ByteRange> {
  const found = await file.stat();
  if (!found.isFile()) throw new ObjectStoreError('store_tampered', `${name} is not a regular file`);
  const { start, end } = range ?? { start: 0, end: found.size };
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (whole && 0 <= start && start <= end && end <= found.size) return { start, end };
  throw new ObjectStoreError(
    'object_range_invalid',
    `bytes ${start} to ${end} of ${name}, which has ${found.size}`,
  );
}

/** Objects never change: one that ends early was cut by somebody else. */
async function readChunk(file: FileHandle, position: number, end: number, name: string): Promise<Uint8Array> {
  const chunk = new Uint8Array(Math.min(CHUNK, end - position));
  const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
  if (bytesRead === 0)
    throw new ObjectStoreError('store_tampered', `${name} ended at byte ${position} of ${end}`);
  return chunk.subarray(0, bytesRead);
}
