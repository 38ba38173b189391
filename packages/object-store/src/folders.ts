import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ObjectStoreError } from './errors.ts';
import { errno } from './folder-faults.ts';

const MODE = 0o700;

/** Makes `folder` and what is missing above it, private to this user. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: MODE });
  await syncFolder(dirname(folder));
}

/** Makes the folders of the object `name` below `root`, one by one, so that none is made through a symbolic link. */
export async function makeFoldersOf(root: string, name: string): Promise<void> {
  for (const folder of foldersOf(root, name).slice(1)) {
    await mkdir(folder, { mode: MODE }).catch(error => {
      if (errno(error) !== 'EEXIST') throw error;
    });
    if (!isFolder(await lstat(folder), name)) {
      throw new ObjectStoreError('object_exists', `a folder of ${name} is an object`);
    }
  }
}

/**
 * Whether the folders of `name` are there, so that it may be: false where one is missing or is an object. Throws ENOENT
 * when `root` itself is gone: then nothing can be said of the object.
 */
export async function hasFoldersOf(root: string, name: string): Promise<boolean> {
  for (const folder of foldersOf(root, name)) {
    try {
      if (!isFolder(await lstat(folder), name)) return false;
    } catch (error) {
      if (folder !== root && errno(error) === 'ENOENT') return false;
      throw error;
    }
  }
  return true;
}

/**
 * Makes the name of an object durable: a file's own fsync does not cover it. Every folder above is synced too, since
 * another process may have made it a moment ago without having come to its own fsync.
 */
export async function syncFoldersOf(root: string, name: string): Promise<void> {
  for (const folder of foldersOf(root, name).reverse()) await syncFolder(folder);
}

/** A link planted in the place of a folder would lead out of the store. */
function isFolder(found: Stats, name: string): boolean {
  if (found.isDirectory()) return true;
  if (found.isFile()) return false;
  throw new ObjectStoreError('store_tampered', `a folder of ${name} is not a folder`);
}

/** `root` and every folder below it on the way to `name`, outermost first. */
function foldersOf(root: string, name: string): string[] {
  const segments = name.split('/').slice(0, -1);
  return [root, ...segments.map((_, index) => join(root, ...segments.slice(0, index + 1)))];
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  await handle.sync();
}
