import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** What a copy holds; what it was copied from may have moved on. */
export interface CopiedFile {
  readonly size: number;
  /** SHA-256 of the copy, 64 lower-case hex digits. */
  readonly sha256: string;
}

const CHUNK = 1 << 20;

/** Copies one file (mode 0600) to where none is, durably. A link is refused (`ELOOP`), whatever it leads to. */
export async function copyFile(from: string, to: string): Promise<CopiedFile> {
  await using source = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW);
  await using target = await open(to, 'wx', 0o600);
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(CHUNK);
  let size = 0;
  for (;;) {
    const { bytesRead } = await source.read(buffer, 0, CHUNK);
    if (bytesRead === 0) break;
    const read = buffer.subarray(0, bytesRead);
    hash.update(read);
    size += bytesRead;
    await target.appendFile(read);
  }
  await target.sync();
  return { size, sha256: hash.digest('hex') };
}
