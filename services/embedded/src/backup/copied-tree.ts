import { mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedError } from '../errors.ts';
import { codeOf } from '../make-folder.ts';
import { type CopiedFile, copyFile } from './copy-file.ts';

/** A file of a backup: its path below the backup's folder, with slashes. */
export interface BackupFile extends CopiedFile {
  readonly path: string;
}

export interface TreeCopy {
  readonly from: string;
  /** The backup's folder. */
  readonly to: string;
  /** Where in it the tree goes. */
  readonly as: string;
  /** Paths in the tree that stay behind; a folder among them is made, and left empty. */
  readonly skip?: (path: string, isFolder: boolean) => boolean;
  readonly copied: (file: BackupFile) => void;
}

/**
 * Copies a folder of regular files that others may be changing meanwhile: what vanishes is not copied. Throws
 * `backup_unsafe` for a link or anything else that is neither folder nor file: a backup must not lead, or reach, out of
 * the data folder.
 */
export async function copyTree(copy: TreeCopy): Promise<void> {
  await copyFolder(copy, '');
}

async function copyFolder(copy: TreeCopy, path: string): Promise<void> {
  const folder = join(copy.from, path);
  const target = join(copy.to, copy.as, path);
  await mkdir(target, { recursive: true, mode: 0o700 });
  for (const entry of await entriesOf(folder)) {
    const inner = path === '' ? entry.name : `${path}/${entry.name}`;
    const skipped = copy.skip?.(inner, entry.isDirectory()) ?? false;
    if (entry.isDirectory()) {
      if (skipped) await mkdir(join(copy.to, copy.as, inner), { mode: 0o700 });
      else await copyFolder(copy, inner);
    } else if (!skipped) {
      if (!entry.isFile()) throw unsafe(join(copy.from, inner));
      await copyOne(copy, inner);
    }
  }
  await syncFolder(target);
}

async function copyOne({ from, to, as, copied }: TreeCopy, path: string): Promise<void> {
  const name = `${as}/${path}`;
  try {
    copied({ path: name, ...(await copyFile(join(from, path), join(to, name))) });
  } catch (cause) {
    if (codeOf(cause) === 'ELOOP') throw unsafe(join(from, path));
    if (codeOf(cause) !== 'ENOENT') throw cause;
  }
}

async function entriesOf(folder: string) {
  return readdir(folder, { withFileTypes: true }).catch(cause => {
    if (codeOf(cause) === 'ENOENT') return [];
    throw cause;
  });
}

/** Makes the names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r');
  await folder.sync();
}

function unsafe(path: string): EmbeddedError {
  return new EmbeddedError('backup_unsafe', `${path} is neither a folder nor a regular file`);
}
