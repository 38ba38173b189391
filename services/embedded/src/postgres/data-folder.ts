import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedError } from '../errors.ts';
import { type Account, giveTo, serverAccount } from './account.ts';
import { telling } from './server-log.ts';

/** The one superuser of the cluster. */
export const SUPERUSER = 'seedlot';

/** Of names in the folder that mean nothing once a start has succeeded. */
export const DRAFT_PREFIX = 'draft-';

/** Where the server's things are, as absolute paths, and who it runs as. */
export interface DataFolder {
  readonly folder: string;
  /** Below `folder`: the cluster, the superuser's password (mode 0600) and the server's log. */
  readonly server: string;
  readonly cluster: string;
  readonly passwordFile: string;
  readonly log: string;
  readonly account: Account;
  /** Named after the cluster's path, so that a copied folder's server is never taken for the original's. */
  readonly clusterName: string;
  /** A cluster's path for a program that runs as `account` with the cluster as its working folder. */
  asSeenByServer(cluster: string): string;
}

/**
 * Opens or creates the folder.
 * @throws EmbeddedError data_folder_unusable
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  try {
    const folder = await ownFolder(path);
    const server = join(folder, 'server');
    const cluster = join(server, 'cluster');
    const account = await serverAccount(cluster);
    const asSeenByServer = (await canReach(folder, account)) ? (path: string) => path : workingFolder(folder);
    const clusterName = `seedlot-${createHash('sha256').update(cluster).digest('hex').slice(0, 32)}`;
    const [passwordFile, log] = [join(server, 'password'), join(server, 'server.log')];
    return { folder, server, cluster, passwordFile, log, account, clusterName, asSeenByServer };
  } catch (cause) {
    throw unusable(path, cause);
  }
}

/** @throws EmbeddedError data_folder_unusable */
export async function readPassword(data: DataFolder): Promise<string> {
  return readFile(data.passwordFile, 'utf8').catch(cause => {
    throw unusable(data.folder, cause);
  });
}

export function unusable(folder: string, cause: unknown): EmbeddedError {
  if (cause instanceof EmbeddedError) return cause;
  const reason = cause instanceof Error ? telling(cause.message) : String(cause);
  return new EmbeddedError('data_folder_unusable', `the data folder ${folder} cannot be used: ${reason}`, {
    cause,
  });
}

async function ownFolder(path: string): Promise<string> {
  const created = await mkdir(path, { recursive: true, mode: 0o700 });
  if (created !== undefined) await giveTo(await serverAccount(path), path);
  return realpath(path);
}

/**
 * A server that runs as nobody cannot open a path below a folder of mode 0700 such as root's home, yet it may use
 * the folder that it was started in: on Linux that has a path which leads through no other folder.
 */
function workingFolder(folder: string): () => string {
  if (process.platform === 'linux') return () => '/proc/self/cwd';
  throw new EmbeddedError(
    'data_folder_unusable',
    `PostgreSQL, which refuses to run as root, cannot reach ${folder}`,
  );
}

async function canReach(folder: string, account: Account): Promise<boolean> {
  if (account.uid === undefined) return true;
  const { uid, gid, mode } = await stat(folder);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  return folder === dirname(folder) || canReach(dirname(folder), account);
}
