import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ErasableError } from './errors.ts';

/**
 * Refuses (`slot_in_data_folder`) a slot folder that is the data folder, lies inside it or contains it: a backup of
 * the one must never carry the other. Follows symbolic links, also those whose target does not exist yet. A bind
 * mount or a second mount of one file system has two real paths, which nothing here can see.
 */
export async function refuseSlotInside(dataFolder: string, slotFolder: string): Promise<void> {
  const [data, slot] = await Promise.all([realPlace(resolve(dataFolder)), realPlace(resolve(slotFolder))]);
  if (!contains(data, slot) && !contains(slot, data)) return;
  const message = `the root slot ${slot} and the data folder ${data} must lie apart, or a backup would hold both`;
  throw new ErasableError('slot_in_data_folder', message);
}

function contains(outer: string, inner: string): boolean {
  const path = relative(outer, inner);
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

/** The path without symbolic links that a folder has, or would have if it were made now. */
async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw unreachable(path, cause);
  }
  const parent = await realPlace(dirname(path));
  const target = await linkTarget(path);
  return target === null ? join(parent, basename(path)) : realPlace(resolve(parent, target));
}

/** Where a symbolic link leads, `null` for anything else. */
async function linkTarget(path: string): Promise<string | null> {
  try {
    return await readlink(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EINVAL') return null;
    throw unreachable(path, cause);
  }
}

function unreachable(path: string, cause: unknown): ErasableError {
  return new ErasableError('slot_unreachable', `cannot find the real place of ${path}`, { cause });
}
