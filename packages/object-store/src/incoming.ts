import { createHash, randomBytes } from 'node:crypto';
import { lstat, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DraftWriter } from './draft-writer.ts';
import type { StoredObject } from './object-store.ts';
import { pull } from './source.ts';

/**
 * Unfinished objects, in a folder beside the finished ones. A file here is named by the hash of its object's name, so
 * that deleting the object finds it, and by a random part, so that two writers never share it.
 */
export class Incoming {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** A path for one attempt to put `name`. */
  draft(name: string): string {
    return join(this.folder, `${nameHash(name)}.${randomBytes(16).toString('hex')}`);
  }

  /** Ends every unfinished put of `name`, in whatever process it runs: its last step finds its file gone. */
  async discard(name: string): Promise<void> {
    const hash = nameHash(name);
    for (const file of await readdir(this.folder)) {
      if (file.startsWith(`${hash}.`)) await rm(join(this.folder, file), { force: true });
    }
  }

  /** Removes what nobody has written to since `olderThan`; returns how many files that were. */
  async sweep(olderThan: Date): Promise<number> {
    let swept = 0;
    for (const file of await readdir(this.folder)) {
      const path = join(this.folder, file);
      const found = await lstat(path).catch(() => null);
      if (found === null || found.mtime >= olderThan) continue;
      await rm(path, { force: true, recursive: true });
      swept += 1;
    }
    return swept;
  }
}

/** Writes all of `source` to the new file `draft` and makes it durable. */
export async function writeDraft(
  draft: string,
  source: AsyncIterable<Uint8Array>,
  name: string,
  signal: AbortSignal | undefined,
): Promise<StoredObject> {
  await using file = await open(draft, 'wx', 0o600);
  const writer = new DraftWriter(file);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of pull(source, name, signal)) {
    hash.update(chunk);
    await writer.write(chunk);
    bytes += chunk.length;
  }
  await writer.end();
  await file.sync();
  return { bytes, sha256: hash.digest('hex') };
}

function nameHash(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}
