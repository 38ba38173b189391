import { lstat, mkdir, readdir, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ErasableError } from './errors.ts';
import { assertRootId, KeyRootHandle, type RootHandle, type RootId, type RootSlot } from './root-slot.ts';
import { assertPrivate, overwriteRootFile, readRootFile, writeRootFile } from './root-slot-file.ts';
import { advanceMark, foundMark, readMark, syncFolder } from './root-slot-mark.ts';

const ROOT_NAME = /^root\.([1-9]\d{0,15})$/;

/**
 * Roots as files `root.N` (mode 0600) in a folder of their own (mode 0700).
 *
 * `destroy` overwrites, flushes and unlinks, and is as good as the medium: old bytes survive where a write goes
 * elsewhere than it overwrites (copy-on-write file systems such as btrfs and ZFS, journals of data, SSD remapping),
 * in snapshots of the file system or the volume, in images of the virtual machine and in every backup that reaches
 * the folder. Keep it on a plain file system (ext4, xfs) without snapshots, on a volume that nothing copies, best an
 * encrypted one; where that cannot be had, use a hardware slot. Anyone who runs as the same user can read the roots.
 */
export class FileRootSlot implements RootSlot {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The slot in the folder `path`, which is made if absent. Throws `slot_permissions` when others may enter it, `slot_damaged`
   * when its high-water mark cannot be true, `slot_unreachable` when it cannot be used.
   */
  static async at(path: string): Promise<FileRootSlot> {
    const folder = resolve(path);
    await reaching(folder, async () => {
      await makeFolder(folder);
      assertPrivate(folder, await stat(folder));
      if ((await rootsIn(folder)).length === 0) await foundMark(folder);
      await syncFolder(folder);
      await markedRoots(folder);
    });
    return new FileRootSlot(folder);
  }

  async create(id: RootId): Promise<void> {
    assertRootId(id);
    await reaching(this.#folder, async () => {
      if (!(await advanceMark(this.#folder, id))) throw used(id, await this.highWater());
      await writeRootFile(this.#path(id), id);
      await syncFolder(this.#folder);
    });
  }

  async open(id: RootId): Promise<RootHandle> {
    assertRootId(id);
    return reaching(this.#folder, async () => {
      const key = await ifThere(readRootFile(this.#path(id), id));
      if (key !== null) return new KeyRootHandle(key);
      // A folder that is gone or not mounted has no root either: only one that still has its mark may say so.
      await readMark(this.#folder);
      throw new ErasableError('root_missing', `${this.#folder} has no root ${id}`);
    });
  }

  async destroy(id: RootId): Promise<void> {
    assertRootId(id);
    const path = this.#path(id);
    try {
      await ifThere(overwriteRootFile(path));
      await ifThere(unlink(path));
      await syncFolder(this.#folder);
      await readMark(this.#folder);
      if ((await ifThere(lstat(path))) !== null) throw new Error('it is still there');
    } catch (cause) {
      throw new ErasableError('root_not_destroyed', `root ${id} of ${this.#folder} may still exist`, {
        cause,
      });
    }
  }

  async list(): Promise<RootId[]> {
    return reaching(this.#folder, () => markedRoots(this.#folder));
  }

  async highWater(): Promise<RootId> {
    return reaching(this.#folder, () => readMark(this.#folder));
  }

  #path(id: RootId): string {
    return join(this.#folder, `root.${id}`);
  }
}

/** Makes the folder, and makes its name durable: a crash must not take the folder with the roots in it. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let made = folder; first !== undefined; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first) return;
  }
}

/** The roots, refused when they are above the mark: one that was put back to an older state would reuse their ids. */
async function markedRoots(folder: string): Promise<RootId[]> {
  const roots = await rootsIn(folder);
  const mark = roots.length === 0 ? await readMark(folder) : ((await ifThere(readMark(folder))) ?? 0);
  const above = roots.find(id => id > mark);
  if (above === undefined) return roots;
  throw new ErasableError('slot_damaged', `${folder} holds root ${above} above its high-water mark ${mark}`);
}

async function rootsIn(folder: string): Promise<RootId[]> {
  const names = (await readdir(folder)).filter(name => name.startsWith('root.'));
  return names.map(name => rootIdOf(folder, name)).sort((a, b) => a - b);
}

/** A stray `root.7~` may be a copy of a root, which no `destroy` would ever reach. */
function rootIdOf(folder: string, name: string): RootId {
  const [, digits] = ROOT_NAME.exec(name) ?? [];
  if (digits === undefined)
    throw new ErasableError('slot_damaged', `${join(folder, name)} may be a copy of a root`);
  return Number(digits);
}

async function reaching<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ErasableError) throw cause;
    throw new ErasableError('slot_unreachable', `cannot use the root slot ${folder}`, { cause });
  }
}

async function ifThere<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw cause;
  }
}

function used(id: RootId, mark: RootId): ErasableError {
  return new ErasableError('root_id_used', `root ${id} is not above the high-water mark ${mark}`);
}
