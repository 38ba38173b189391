import { randomUUID } from 'node:crypto';
import { link, open, readFile, unlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { refuseSlotInside } from '@seedlot/erasable';
import { EmbeddedError } from './errors.ts';
import { codeOf, makeFolder } from './make-folder.ts';

/** Where the embedded stack keeps things. Everything below `data` may be backed up; nothing below `slots` ever may. */
export interface Folders {
  readonly installation: string;
  readonly data: string;
  readonly postgres: string;
  readonly objects: string;
  readonly seedsSlot: string;
  readonly filesSlot: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Opens the data folder, making it at the first start, and names the root slots' folders after the installation's id,
 * which the data folder keeps. Throws `data_folder_unusable`, and ErasableError `slot_in_data_folder`.
 */
export async function openFolders(options: { data: string; rootSlots: string }): Promise<Folders> {
  const { data } = options;
  await refuseSlotInside(data, options.rootSlots);
  try {
    await makeFolder(data);
    const installation = await installationId(data);
    const slots = join(options.rootSlots, installation);
    return {
      installation,
      data,
      postgres: join(data, 'postgres'),
      objects: join(data, 'objects'),
      seedsSlot: join(slots, 'seeds'),
      filesSlot: join(slots, 'files'),
    };
  } catch (cause) {
    if (cause instanceof EmbeddedError) throw cause;
    throw new EmbeddedError(
      'data_folder_unusable',
      `the data folder ${data} cannot be used (${codeOf(cause)})`,
      {
        cause,
      },
    );
  }
}

/** The user's state directory: https://specifications.freedesktop.org/basedir-spec, XDG_STATE_HOME. */
export function defaultRootSlots(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'seedlot');
}

/** Written whole or not at all, and once: of two first starts at a time one makes it, the other reads it. */
async function installationId(folder: string): Promise<string> {
  const path = join(folder, 'installation');
  const draft = join(folder, `installation.${randomUUID()}`);
  if ((await readIfThere(path)) === null) {
    await writeFile(draft, `${randomUUID()}\n`, { mode: 0o600, flag: 'wx', flush: true });
    await link(draft, path).catch(unlessThere);
    await unlink(draft);
    await syncFolder(folder);
  }
  const id = (await readFile(path, 'utf8')).trim();
  if (UUID.test(id)) return id;
  throw new EmbeddedError('data_folder_unusable', `${path} does not hold the id of an installation`);
}

async function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(cause => {
    if (codeOf(cause) === 'ENOENT') return null;
    throw cause;
  });
}

function unlessThere(cause: unknown): void {
  if (codeOf(cause) !== 'EEXIST') throw cause;
}

/** A new id on a disk that lost it would point at new, empty root slots. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}
