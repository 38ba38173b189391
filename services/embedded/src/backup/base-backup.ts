import { hash } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { databaseUrl, type ServerAddress } from '@seedlot/database';
import pg from 'pg';
import { type BackupFile, copyTree } from './copied-tree.ts';
import { copyFile } from './copy-file.ts';

export interface BaseBackup {
  readonly server: ServerAddress;
  /** The running server's cluster. */
  readonly cluster: string;
  /** The backup's folder. */
  readonly to: string;
  readonly copied: (file: BackupFile) => void;
}

/** What a backup of the cluster knows of itself. */
export interface BackedUpCluster {
  readonly version: string;
  /** The first and the last WAL segment that it needs, which it holds. */
  readonly firstWal: string;
  readonly lastWal: string;
}

/** Where the cluster lies in a backup. */
export const CLUSTER = 'postgres/cluster';

/**
 * Copies the cluster of a running server with the WAL that makes the copy whole: the low-level base backup of
 * https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP. A replication slot,
 * which ends with the connection, keeps the server from recycling WAL that is not copied yet.
 */
export async function backUpCluster(backup: BaseBackup): Promise<BackedUpCluster> {
  const client = new pg.Client({
    connectionString: databaseUrl(backup.server, 'postgres'),
    application_name: 'seedlot backup',
  });
  await client.connect();
  try {
    const { version, firstWal } = await begin(client);
    await copyTree({ ...backup, from: backup.cluster, as: CLUSTER, skip: staysBehind });
    const { label, lastWal } = await end(client);
    await writeLabel(backup, label);
    await copyWal(backup, { firstWal, lastWal });
    return { version, firstWal, lastWal };
  } finally {
    await client.end();
  }
}

async function begin(client: pg.Client): Promise<{ version: string; firstWal: string }> {
  await client.query(
    "select pg_create_physical_replication_slot('seedlot_backup_' || pg_backend_pid(), true, true)",
  );
  const { rows } = await client.query<{ version: string; firstWal: string }>(
    `select current_setting('server_version') as version, pg_walfile_name(lsn) as "firstWal"
     from pg_backup_start('seedlot', true) lsn`,
  );
  const [row] = rows;
  if (row === undefined) throw new RangeError('pg_backup_start gave nothing');
  return row;
}

async function end(client: pg.Client): Promise<{ label: string; lastWal: string }> {
  const { rows } = await client.query<{ label: string; lastWal: string }>(
    `select labelfile as label, pg_walfile_name(lsn) as "lastWal" from pg_backup_stop(false)`,
  );
  const [row] = rows;
  if (row === undefined) throw new RangeError('pg_backup_stop gave nothing');
  return row;
}

/** By it the server knows that it starts from a backup, and where in the WAL. */
async function writeLabel({ to, copied }: BaseBackup, label: string): Promise<void> {
  const path = `${CLUSTER}/backup_label`;
  await writeFile(join(to, path), label, { mode: 0o600, flag: 'wx', flush: true });
  copied({ path, size: Buffer.byteLength(label), sha256: hash('sha256', label) });
}

/** Segments of one timeline sort as they were written. */
async function copyWal(
  { cluster, to, copied }: BaseBackup,
  { firstWal, lastWal }: { firstWal: string; lastWal: string },
): Promise<void> {
  await mkdir(join(to, CLUSTER, 'pg_wal', 'archive_status'), { recursive: true, mode: 0o700 });
  const names = await readdir(join(cluster, 'pg_wal'));
  for (const name of names.filter(name => /^[0-9A-F]{24}$/.test(name)).sort()) {
    if (name < firstWal || name > lastWal) continue;
    const path = `${CLUSTER}/pg_wal/${name}`;
    copied({ path, ...(await copyFile(join(cluster, 'pg_wal', name), join(to, path))) });
  }
}

/** What a server makes anew at its start, or what belongs to the one that runs. */
export const EMPTIED = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const LEFT_OUT = new Set(['postmaster.pid', 'postmaster.opts', 'pg_internal.init', 'backup_label.old']);

function staysBehind(path: string, isFolder: boolean): boolean {
  if (isFolder) return EMPTIED.has(path) || basename(path).startsWith('pgsql_tmp');
  return LEFT_OUT.has(basename(path)) || basename(path).startsWith('pgsql_tmp');
}
