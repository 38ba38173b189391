import { mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ErasableError } from './errors.ts';
import type { RootId } from './root-slot.ts';

const FOLDER = 'high-water';
const DECIMAL = /^(0|[1-9]\d{0,15})$/;

/**
 * The high-water mark of a folder: the name of the only file in `high-water/`. Advancing it is one rename, which fails
 * for all but one of those who saw the same mark, and no name ever comes back: a compare-and-set.
 */
export async function readMark(slotFolder: string): Promise<RootId> {
  const folder = join(slotFolder, FOLDER);
  // POSIX lets a listing that meets a rename show both names or neither: only what stays so is damage.
  for (let looks = 0; looks < 10; looks++) {
    const [name, ...more] = await readdir(folder);
    if (name !== undefined && more.length === 0 && DECIMAL.test(name)) return Number(name);
  }
  throw new ErasableError(
    'slot_damaged',
    `${folder} must hold one file, named by the mark, and nothing else`,
  );
}

/** Makes the mark of a new folder, 0, in one step; leaves an existing one alone. */
export async function foundMark(slotFolder: string): Promise<void> {
  const stage = await mkdtemp(join(slotFolder, 'new-'));
  try {
    await (await open(join(stage, '0'), 'wx', 0o600)).close();
    await syncFolder(stage);
    await rename(stage, join(slotFolder, FOLDER));
  } catch (cause) {
    await rm(stage, { recursive: true, force: true });
    if (!isOccupied(cause)) throw cause;
  }
}

/** Moves the mark up to `id`, durably; `false` when it already stands there or higher. */
export async function advanceMark(slotFolder: string, id: RootId): Promise<boolean> {
  const folder = join(slotFolder, FOLDER);
  for (let mark = await readMark(slotFolder); mark < id; mark = await readMark(slotFolder)) {
    if (await moved(join(folder, String(mark)), join(folder, String(id)))) {
      await syncFolder(folder);
      return true;
    }
  }
  return false;
}

/** Makes names given, changed or removed in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw cause;
  }
}

function isOccupied(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'ENOTEMPTY' || code === 'EEXIST';
}
