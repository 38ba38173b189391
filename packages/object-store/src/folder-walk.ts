import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errno } from './folder-faults.ts';
import { isObjectName } from './object-name.ts';

/** Names of the regular files below `root` that start with `prefix`, in byte order. Symbolic links are not followed. */
export async function* walk(root: string, prefix: string): AsyncGenerator<string, void, undefined> {
  yield* walkFolder(root, prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix);
}

/** `base` is '' or ends in '/'. */
async function* walkFolder(
  root: string,
  base: string,
  prefix: string,
): AsyncGenerator<string, void, undefined> {
  for (const { name, folder } of await entriesInOrder(root, base)) {
    if (!(folder ? overlaps(name, prefix) : name.startsWith(prefix))) continue;
    if (folder) yield* walkFolder(root, name, prefix);
    else if (isObjectName(name)) yield name;
  }
}

/** A folder's name ends in '/': its objects sort by that, not by the folder's bare name ('a-b' before 'a/b'). */
async function entriesInOrder(root: string, base: string): Promise<{ name: string; folder: boolean }[]> {
  const found = (await entries(join(root, base))).filter(entry => entry.isFile() || entry.isDirectory());
  return found
    .map(entry => ({
      name: `${base}${entry.name}${entry.isDirectory() ? '/' : ''}`,
      folder: entry.isDirectory(),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A prefix below which nothing lies, or a folder that is a file, has no entries. */
async function entries(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return [];
    throw error;
  }
}

function overlaps(folder: string, prefix: string): boolean {
  return folder.startsWith(prefix) || prefix.startsWith(folder);
}
