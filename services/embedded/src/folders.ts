import { randomUUID } from 'node:crypto';
import { link, open, readFile, unlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { refuseSlotInside } from '@seedlot/erasable';
import { EmbeddedError } from './errors.ts';
import { codeOf, makeFolder } from './make-folder.ts';
import { canonicalAddress, folderAddress, type SlotAddress, slotParts } from './slot-address.ts';

/** Where the embedded stack keeps things. Everything below `data` may be backed up; the root slots never may. */
export interface Folders {
  readonly installation: string;
  readonly data: string;
  readonly postgres: string;
  readonly objects: string;
  readonly seedsSlot: SlotAddress;
  readonly filesSlot: SlotAddress;
}

export interface Places {
  readonly data: string;
  /** The folder for the slots that have no address of their own. */
  readonly rootSlots: string;
  readonly seedsSlot?: SlotAddress | undefined;
  readonly filesSlot?: SlotAddress | undefined;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Opens the data folder, making it at the first start. Root slots without an address of their own are folders named
 * after the installation's id, which the data folder keeps. Throws `data_folder_unusable`, `slot_address_malformed`, and
 * ErasableError `slot_in_data_folder`.
 */
export async function openFolders(places: Places): Promise<Folders> {
  const { data } = places;
  await refuseSlotInside(data, places.rootSlots);
  for (const address of [places.seedsSlot, places.filesSlot]) {
    if (address !== undefined) await refuseFoldersInside(data, address);
  }
  try {
    await makeFolder(data);
    const installation = await installationId(data);
    const slots = join(places.rootSlots, installation);
    return {
      installation,
      data,
      postgres: join(data, 'postgres'),
      objects: join(data, 'objects'),
      seedsSlot: canonicalAddress(places.seedsSlot ?? folderAddress(join(slots, 'seeds'))),
      filesSlot: canonicalAddress(places.filesSlot ?? folderAddress(join(slots, 'files'))),
    };
  } catch (cause) {
    if (cause instanceof EmbeddedError) throw cause;
    const message = `the data folder ${data} cannot be used (${codeOf(cause)})`;
    throw new EmbeddedError('data_folder_unusable', message, { cause });
  }
}

/** Throws `slot_in_data_folder`. Of a token in software only its operator knows where its files are. */
export async function refuseFoldersInside(data: string, address: SlotAddress): Promise<void> {
  for (const part of slotParts(address)) {
    if (part.kind === 'file') await refuseSlotInside(data, part.folder);
  }
}

/** The same of an installation that must exist. Throws `data_folder_unusable` where there is none. */
export async function openInstallation(places: Places): Promise<Folders> {
  if ((await readIfThere(join(places.data, 'installation')).catch(() => null)) === null) {
    throw new EmbeddedError('data_folder_unusable', `${places.data} holds no installation`);
  }
  return openFolders(places);
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
