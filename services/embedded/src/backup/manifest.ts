import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { EmbeddedError } from '../errors.ts';
import type { BackupFile } from './copied-tree.ts';

const MANIFEST = 'backup.json';
const SUMS = 'SHA256SUMS';

const manifestSchema = z.strictObject({
  format: z.literal('seedlot backup v1'),
  installation: z.uuid(),
  takenAt: z.iso.datetime(),
  postgres: z.string(),
  firstWal: z.string().regex(/^[0-9A-F]{24}$/),
  lastWal: z.string().regex(/^[0-9A-F]{24}$/),
  files: z.int().min(1),
  bytes: z.int().min(0),
});

/** What a backup says of itself. It is written last: a folder without it holds no backup. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Lists the files as `sha256sum --check SHA256SUMS` reads them, then says that the backup is whole. */
export async function writeManifest(
  folder: string,
  manifest: Manifest,
  files: readonly BackupFile[],
): Promise<void> {
  const sums = files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join('');
  await writeFile(join(folder, SUMS), sums, { mode: 0o600, flag: 'wx', flush: true });
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await writeFile(join(folder, MANIFEST), text, { mode: 0o600, flag: 'wx', flush: true });
}

/** Throws `backup_incomplete` for a folder that holds none, or one that was not finished. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(cause => {
    throw new EmbeddedError('backup_incomplete', `${folder} holds no finished backup`, { cause });
  });
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EmbeddedError('backup_damaged', `${join(folder, MANIFEST)} is not what a backup wrote`, {
      cause,
    });
  }
}

/** Path and SHA-256 of every file. Whoever kept the backup may have changed the list: a path that leads out is refused. */
export async function* listedFiles(folder: string): AsyncGenerator<Omit<BackupFile, 'size'>> {
  const lines = createInterface({ input: createReadStream(join(folder, SUMS), 'utf8') });
  for await (const line of lines) {
    const [, sha256, path] = /^([0-9a-f]{64}) {2}([\w.@+=-]+(?:\/[\w.@+=-]+)*)$/.exec(line) ?? [];
    if (sha256 === undefined || path === undefined || path.split('/').some(part => /^\.\.?$/.test(part))) {
      throw new EmbeddedError('backup_damaged', `${join(folder, SUMS)} has a line that no backup wrote`);
    }
    yield { path, sha256 };
  }
}
