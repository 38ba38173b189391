import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chown,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedError } from '../errors.ts';
import { type Account, isRoot, serverAccount } from './account.ts';
import type { Binaries } from './binaries.ts';
import { telling } from './server-log.ts';

const run = promisify(execFile);

/** The one superuser of the cluster. */
export const SUPERUSER = 'seedlot';

const DRAFT_PREFIX = 'draft-';

/** `folder/server`: the cluster, the superuser's password (0600) and the server's log. */
export interface DataFolder {
  readonly cluster: string;
  readonly passwordFile: string;
  readonly log: string;
  readonly account: Account;
  /** What the server calls its cluster: the path from which it runs, so a copied folder is never mistaken for its original. */
  readonly clusterName: string;
  /** The cluster's path as the server may use it, its working folder being the cluster. */
  readonly clusterArgument: string;
}

/**
 * Opens or creates the folder. A cluster appears in it completely or not at all.
 * @throws EmbeddedError data_folder_unusable
 */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  try {
    return await describe(await ownFolder(folder));
  } catch (cause) {
    throw unusable(folder, cause);
  }
}

/** Makes the cluster, unless it is there. `durable` false leaves out the flush to disk. */
export async function ensureCluster(data: DataFolder, binaries: Binaries, durable: boolean): Promise<void> {
  if (await exists(data.cluster)) return;
  const server = dirname(data.cluster);
  const draft = await mkdtemp(join(dirname(server), DRAFT_PREFIX));
  try {
    await initialise(draft, data, binaries, durable);
    await rename(draft, server);
    await flush(dirname(server));
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    // Another process may have been faster: its cluster is as good.
    if (!(await exists(data.cluster))) throw unusable(server, cause);
  }
}

/** Removes what a start that was killed had begun; only the holder of the lease may. */
export async function removeDrafts(data: DataFolder): Promise<void> {
  const folder = dirname(dirname(data.cluster));
  for (const name of await readdir(folder)) {
    if (name.startsWith(DRAFT_PREFIX)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** @throws EmbeddedError data_folder_unusable */
export async function readPassword(data: DataFolder): Promise<string> {
  return readFile(data.passwordFile, 'utf8').catch(cause => {
    throw unusable(data.passwordFile, cause);
  });
}

async function ownFolder(folder: string): Promise<string> {
  const created = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (created !== undefined) await give(folder, await serverAccount(folder));
  return realpath(folder);
}

async function describe(folder: string): Promise<DataFolder> {
  const cluster = join(folder, 'server', 'cluster');
  const account = await serverAccount(cluster);
  return {
    cluster,
    passwordFile: join(folder, 'server', 'password'),
    log: join(folder, 'server', 'server.log'),
    account,
    clusterName: `seedlot-${createHash('sha256').update(cluster).digest('hex').slice(0, 32)}`,
    clusterArgument: (await canReach(folder, account)) ? cluster : workingFolder(folder),
  };
}

async function initialise(
  draft: string,
  data: DataFolder,
  binaries: Binaries,
  durable: boolean,
): Promise<void> {
  const cluster = join(draft, 'cluster');
  const password = join(draft, 'password');
  await mkdir(cluster, { mode: 0o700 });
  await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true });
  for (const path of [draft, cluster, password]) await give(path, data.account);
  const place = data.clusterArgument === data.cluster ? cluster : data.clusterArgument;
  const flags = ['--auth=scram-sha-256', '--pwfile=../password', '--encoding=UTF8', '--no-locale'];
  if (!durable) flags.push('--no-sync');
  const options = { ...data.account, cwd: cluster, env: { LC_ALL: 'C', TZ: 'UTC' } };
  await run(binaries.initdb, ['-D', place, '-U', SUPERUSER, ...flags], options);
}

/**
 * A server that runs as nobody cannot open a path below a folder of mode 0700 such as root's home, yet it may use
 * the folder that it was started in: on Linux that has a path which needs no other folder.
 */
function workingFolder(folder: string): string {
  if (process.platform === 'linux') return '/proc/self/cwd';
  throw new EmbeddedError(
    'data_folder_unusable',
    `PostgreSQL, which cannot run as root, cannot reach ${folder}`,
  );
}

async function canReach(folder: string, account: Account): Promise<boolean> {
  if (account.uid === undefined) return true;
  const { uid, gid, mode } = await stat(folder);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  return folder === dirname(folder) || canReach(dirname(folder), account);
}

async function give(path: string, account: Account): Promise<void> {
  if (isRoot() && account.uid !== undefined) await chown(path, account.uid, account.gid);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (fault: NodeJS.ErrnoException) => {
      if (fault.code === 'ENOENT') return false;
      throw fault;
    },
  );
}

async function flush(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

function unusable(folder: string, cause: unknown): EmbeddedError {
  if (cause instanceof EmbeddedError) return cause;
  const reason = cause instanceof Error ? telling(cause.message) : String(cause);
  return new EmbeddedError('data_folder_unusable', `the data folder ${folder} cannot be used: ${reason}`, {
    cause,
  });
}
