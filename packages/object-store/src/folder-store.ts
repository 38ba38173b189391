import { link, lstat, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ObjectStoreError } from './errors.ts';
import { errno, folderFault } from './folder-faults.ts';
import { readFileRange } from './folder-reader.ts';
import { walk } from './folder-walk.ts';
import { hasFoldersOf, makeFolder, makeFoldersOf, syncFoldersOf } from './folders.ts';
import { Incoming, writeDraft } from './incoming.ts';
import { assertObjectName, assertObjectPrefix } from './object-name.ts';
import type { ByteRange, ObjectStore, StoredObject } from './object-store.ts';

const DAY = 86_400_000;

/**
 * Objects as files: `FOLDER/objects/NAME`, unfinished ones in `FOLDER/.incoming`. Folders are 0700, files 0600. The file
 * system must know hard links: an object appears under its name by one `link`, which never overwrites.
 *
 * Several processes may use one folder at once. Symbolic links are never followed below FOLDER.
 */
export class FolderObjectStore implements ObjectStore {
  readonly #objects: string;
  readonly #incoming: Incoming;

  private constructor(folder: string) {
    this.#objects = join(folder, 'objects');
    this.#incoming = new Incoming(join(folder, '.incoming'));
  }

  /**
   * Makes the folder where it is missing, and removes unfinished objects that nobody has written to for a day.
   * Throws 'store_unreachable' when it cannot be made or written.
   */
  static async open(folder: string): Promise<FolderObjectStore> {
    return faultsNamed(folder, async () => {
      await makeFolder(folder);
      const store = new FolderObjectStore(await realpath(folder));
      await makeFolder(store.#objects);
      await makeFolder(store.#incoming.folder);
      await store.sweepIncoming(new Date(Date.now() - DAY));
      return store;
    });
  }

  /**
   * Removes unfinished objects that nobody has written to since `olderThan`, and tells how many. Whoever knows that no
   * other process uses the folder may pass the present; a put that loses its file so ends with 'put_aborted'.
   */
  async sweepIncoming(olderThan: Date): Promise<number> {
    return faultsNamed('the unfinished objects', () => this.#incoming.sweep(olderThan));
  }

  async put(
    name: string,
    source: AsyncIterable<Uint8Array>,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<StoredObject> {
    if ((await this.size(name)) !== null) throw taken(name);
    const draft = this.#incoming.draft(name);
    return faultsNamed(name, async () => {
      try {
        const stored = await writeDraft(draft, source, name, signal);
        await this.#publish(draft, name);
        return stored;
      } finally {
        await rm(draft, { force: true });
      }
    });
  }

  async *read(name: string, range?: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
    if ((await this.size(name)) === null) throw absent(name);
    try {
      yield* readFileRange(this.#path(name), name, range);
    } catch (error) {
      throw errno(error) === 'ENOENT' ? absent(name) : folderFault(error, name);
    }
  }

  async size(name: string): Promise<number | null> {
    assertObjectName(name);
    return faultsNamed(name, async () => {
      if (!(await hasFoldersOf(this.#objects, name))) return null;
      const found = await lstat(this.#path(name)).catch(ignoreAbsence);
      if (found === null || found.isDirectory()) return null;
      if (found.isFile()) return found.size;
      throw new ObjectStoreError('store_tampered', `${name} is not a regular file`);
    });
  }

  async delete(name: string): Promise<void> {
    assertObjectName(name);
    await faultsNamed(name, async () => {
      await this.#incoming.discard(name);
      if ((await this.size(name)) === null) return;
      await rm(this.#path(name), { force: true });
      await syncFoldersOf(this.#objects, name);
    });
    if ((await this.size(name)) !== null) throw taken(name);
  }

  async *list(prefix: string): AsyncGenerator<string, void, undefined> {
    assertObjectPrefix(prefix);
    try {
      if (await hasFoldersOf(this.#objects, prefix)) yield* walk(this.#objects, prefix);
    } catch (error) {
      throw folderFault(error, `the objects that start with ${prefix}`);
    }
  }

  /** From the link on the object is there; when that cannot be made durable it is taken back. */
  async #publish(draft: string, name: string): Promise<void> {
    await makeFoldersOf(this.#objects, name);
    await link(draft, this.#path(name)).catch(error => {
      throw linkFault(error, name);
    });
    try {
      await syncFoldersOf(this.#objects, name);
    } catch (error) {
      await rm(this.#path(name), { force: true });
      throw error;
    }
  }

  #path(name: string): string {
    return join(this.#objects, name);
  }
}

function ignoreAbsence(error: unknown): null {
  if (errno(error) === 'ENOENT') return null;
  throw error;
}

function linkFault(error: unknown, name: string): unknown {
  if (errno(error) === 'EEXIST') return taken(name);
  if (errno(error) !== 'ENOENT') return error;
  return new ObjectStoreError('put_aborted', `${name} was deleted before it was complete`, { cause: error });
}

function absent(name: string): ObjectStoreError {
  return new ObjectStoreError('object_absent', `there is no object ${name}`);
}

function taken(name: string): ObjectStoreError {
  return new ObjectStoreError('object_exists', `${name}, or a folder or object in its place, exists already`);
}

async function faultsNamed<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw folderFault(error, name);
  }
}
