import { chmod, lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedError } from '../errors.ts';
import { codeOf, makeFolder } from '../make-folder.ts';
import { giveTo, serverAccount } from '../postgres/account.ts';
import { CLUSTER, EMPTIED } from './base-backup.ts';
import { syncFolder } from './copied-tree.ts';
import { copyFile } from './copy-file.ts';
import { listedFiles, type Manifest, readManifest } from './manifest.ts';

export interface RestoreOptions {
  readonly from: string;
  /** The data folder, absent or without a database; objects that it still has stay as they are. */
  readonly data: string;
  readonly tell: (line: string) => void;
}

/** Where a restore grows until it is whole. */
const DRAFT = 'restoring';

/**
 * Puts a backup back: database, objects and the installation's id, each file checked against the backup's list. The
 * database appears in one step, at the end. Objects that outlived the database are newer than the backup's, and stay.
 * Throws `backup_incomplete`, `backup_damaged`, `data_folder_not_empty`, `data_folder_unusable`.
 */
export async function restoreBackup({ from, data, tell }: RestoreOptions): Promise<Manifest> {
  const manifest = await readManifest(from);
  await openTarget(data, manifest);
  const draft = join(data, DRAFT);
  await rm(draft, { recursive: true, force: true });
  try {
    tell(`Restoring the backup of ${manifest.takenAt}`);
    await fillDraft(from, draft, manifest);
    await giveToServer(draft);
    tell('Putting it in place');
    await settle(draft, data);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    throw named(data, cause);
  }
  return manifest;
}

/** A database is never overwritten: whoever wants another moves the old one away. */
async function openTarget(data: string, { installation }: Manifest): Promise<void> {
  try {
    await makeFolder(data);
    if (await isThere(join(data, 'postgres'))) {
      const message = `${join(data, 'postgres')} exists; move it away first: a restore overwrites no database`;
      throw new EmbeddedError('data_folder_not_empty', message);
    }
    const own = await readFile(join(data, 'installation'), 'utf8').catch(unlessAbsent);
    if (own !== null && own.trim() !== installation) {
      const message = `${data} is of installation ${own.trim()}, the backup of ${installation}`;
      throw new EmbeddedError('data_folder_not_empty', message);
    }
  } catch (cause) {
    throw named(data, cause);
  }
}

async function fillDraft(from: string, draft: string, manifest: Manifest): Promise<void> {
  let [files, bytes] = [0, 0];
  for await (const { path, sha256 } of listedFiles(from)) {
    const target = join(draft, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const copied = await copyFile(join(from, path), target).catch(cause => {
      if (codeOf(cause) !== 'ENOENT' && codeOf(cause) !== 'EEXIST') throw cause;
      throw new EmbeddedError('backup_damaged', `${path} is missing in the backup, or listed twice`, {
        cause,
      });
    });
    if (copied.sha256 !== sha256) {
      throw new EmbeddedError('backup_damaged', `${path} is not what the backup wrote`);
    }
    files++;
    bytes += copied.size;
  }
  if (files === manifest.files && bytes === manifest.bytes) return;
  const message = `the backup lists ${files} files of ${bytes} bytes; it had ${manifest.files} of ${manifest.bytes}`;
  throw new EmbeddedError('backup_damaged', message);
}

/** The cluster's folders without a file were not listed; PostgreSQL wants them all. */
async function giveToServer(draft: string): Promise<void> {
  const cluster = join(draft, CLUSTER);
  for (const name of [...EMPTIED, 'pg_wal/archive_status', ...OWN_FOLDERS]) {
    await mkdir(join(cluster, name), { recursive: true, mode: 0o700 });
  }
  const place = dirname(cluster);
  const account = await serverAccount(cluster);
  for (const name of ['', ...(await readdir(place, { recursive: true }))]) {
    await giveTo(account, join(place, name));
  }
  await chmod(cluster, 0o700);
}

const OWN_FOLDERS = [
  'pg_commit_ts',
  'pg_logical/mappings',
  'pg_logical/snapshots',
  'pg_multixact/members',
  'pg_multixact/offsets',
  'pg_stat',
  'pg_tblspc',
  'pg_twophase',
  'pg_xact',
];

/** First what the database leans on, then the database itself. */
async function settle(draft: string, data: string): Promise<void> {
  await mergeInto(join(draft, 'objects'), join(data, 'objects'));
  await renameUnlessThere(join(draft, 'installation'), join(data, 'installation'));
  const place = join(data, 'postgres');
  await mkdir(join(draft, 'home'), { mode: 0o700 });
  await giveTo(await serverAccount(join(draft, CLUSTER)), join(draft, 'home'));
  await rename(join(draft, 'postgres'), join(draft, 'home', 'server'));
  await rename(join(draft, 'home'), place);
  await rm(draft, { recursive: true, force: true });
  await syncFolder(data);
}

async function mergeInto(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of (await readdir(from, { withFileTypes: true }).catch(unlessAbsent)) ?? []) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await mergeInto(source, target);
    else await renameUnlessThere(source, target);
  }
  await syncFolder(to);
}

async function renameUnlessThere(from: string, to: string): Promise<void> {
  if (!(await isThere(to))) await rename(from, to);
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(unlessAbsent)) !== null;
}

function unlessAbsent(cause: unknown): null {
  if (codeOf(cause) === 'ENOENT') return null;
  throw cause;
}

function named(data: string, cause: unknown): unknown {
  if (cause instanceof EmbeddedError || !(cause instanceof Error && 'syscall' in cause)) return cause;
  const message = `nothing can be restored into ${data} (${codeOf(cause)})`;
  return new EmbeddedError('data_folder_unusable', message, { cause });
}
