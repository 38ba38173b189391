import { mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { refuseSlotInside } from '@seedlot/erasable';
import type { Lifetime } from '@seedlot/service-kit';
import { EmbeddedError } from '../errors.ts';
import { type Folders, refuseFoldersInside } from '../folders.ts';
import { codeOf, makeFolder } from '../make-folder.ts';
import { backUpCluster } from './base-backup.ts';
import { type BackupFile, copyTree, syncFolder } from './copied-tree.ts';
import { copyFile } from './copy-file.ts';
import { type Manifest, writeManifest } from './manifest.ts';
import { reachPostgres } from './reach-postgres.ts';

export interface BackupOptions {
  readonly folders: Folders;
  /** Where slots without an address of their own lie, those of other installations too. */
  readonly rootSlots: string;
  /** Absent or empty. */
  readonly to: string;
  /** Told each step, and every hundred MB. */
  readonly tell: (line: string) => void;
}

/** The file that names the installation. */
const ID = 'installation';

/** Bytes between two lines about the progress. */
const TELL_EVERY = 100_000_000;

/**
 * Backs up an installation, running or not: the database with the WAL that makes it whole, then the objects, which the
 * database may not be newer than. Root slots are never part of it. What a failure left of it is removed. Throws
 * EmbeddedError, and ErasableError `slot_in_data_folder` for a backup that would hold the slots.
 */
export async function takeBackup(life: Lifetime, options: BackupOptions): Promise<Manifest> {
  const { folders, to } = options;
  await openTarget(options);
  try {
    return await fill(life, options);
  } catch (cause) {
    for (const name of await readdir(to)) await rm(join(to, name), { recursive: true, force: true });
    if (!['ENOSPC', 'EDQUOT'].includes(String(codeOf(cause)))) throw cause;
    const message = `there is no room for a backup of ${folders.data} in ${to}; what was copied is removed`;
    throw new EmbeddedError('backup_folder_full', message, { cause });
  }
}

/** A backup in the data folder would be part of the next one; one around the slots is what no backup may be. */
async function openTarget({ folders, rootSlots, to }: BackupOptions): Promise<void> {
  await refuseSlotInside(to, rootSlots);
  await refuseFoldersInside(to, folders.seedsSlot);
  await refuseFoldersInside(to, folders.filesSlot);
  try {
    await makeFolder(to);
    const [place, data] = [await realpath(to), await realpath(folders.data)];
    if (`${place}/`.startsWith(`${data}/`)) throw unusable(to, 'it lies in the data folder');
    if ((await readdir(to)).length > 0) throw unusable(to, 'it is not empty');
  } catch (cause) {
    if (cause instanceof EmbeddedError) throw cause;
    throw unusable(to, String(codeOf(cause)), cause);
  }
}

async function fill(life: Lifetime, { folders, to, tell }: BackupOptions): Promise<Manifest> {
  const takenAt = new Date().toISOString();
  const files: BackupFile[] = [];
  let [bytes, told] = [0, 0];
  const copied = (file: BackupFile) => {
    life.signal.throwIfAborted();
    files.push(file);
    bytes += file.size;
    if (bytes - told < TELL_EVERY) return;
    told = bytes;
    tell(`  ${Math.round(bytes / 1e6)} MB`);
  };
  const server = await reachPostgres(life, folders.postgres);
  tell('Copying the database');
  const place = join(folders.postgres, 'server');
  await mkdir(join(to, 'postgres'), { mode: 0o700 });
  const cluster = await backUpCluster({ server, cluster: join(place, 'cluster'), to, copied });
  const password = 'postgres/password';
  copied({ path: password, ...(await copyFile(join(place, 'password'), join(to, password))) });
  copied({ path: ID, ...(await copyFile(join(folders.data, ID), join(to, ID))) });
  tell('Copying the objects');
  await copyTree({ from: folders.objects, to, as: 'objects', skip: path => path === '.incoming', copied });
  const { version: postgres, firstWal, lastWal } = cluster;
  const manifest: Manifest = {
    format: 'seedlot backup v1',
    installation: folders.installation,
    takenAt,
    postgres,
    firstWal,
    lastWal,
    files: files.length,
    bytes,
  };
  await writeManifest(to, manifest, files);
  await syncFolder(to);
  return manifest;
}

function unusable(folder: string, reason: string, cause?: unknown): EmbeddedError {
  return new EmbeddedError('backup_folder_unusable', `no backup can be made in ${folder}: ${reason}`, {
    cause,
  });
}
