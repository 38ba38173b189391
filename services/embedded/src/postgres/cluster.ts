import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { giveTo } from './account.ts';
import type { Binaries } from './binaries.ts';
import { type DataFolder, DRAFT_PREFIX, SUPERUSER, unusable } from './data-folder.ts';

const run = promisify(execFile);

/**
 * Makes the cluster and its password, unless they are there: both appear in one step or not at all.
 * @param durable false leaves out the flush to disk
 * @throws EmbeddedError data_folder_unusable
 */
export async function ensureCluster(data: DataFolder, binaries: Binaries, durable: boolean): Promise<void> {
  try {
    if (!(await exists(data.server))) await createCluster(data, binaries, durable);
  } catch (cause) {
    throw unusable(data.folder, cause);
  }
}

/** Removes what a start that was killed had begun; only the holder of the lease may. */
export async function removeDrafts(data: DataFolder): Promise<void> {
  for (const name of await readdir(data.folder)) {
    if (name.startsWith(DRAFT_PREFIX)) await rm(join(data.folder, name), { recursive: true, force: true });
  }
}

async function createCluster(data: DataFolder, binaries: Binaries, durable: boolean): Promise<void> {
  const draft = await mkdtemp(join(data.folder, DRAFT_PREFIX));
  try {
    await initialise(draft, data, binaries, durable);
    await rename(draft, data.server);
    if (durable) await flush(data.folder);
  } catch (cause) {
    // A process that was faster may be removing the same draft: whatever stays goes at its next start.
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    // Its cluster is as good.
    if (!(await exists(data.server))) throw cause;
  }
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
  for (const path of [draft, cluster, password]) await giveTo(data.account, path);
  const flags = ['--auth=scram-sha-256', '--pwfile=../password', '--encoding=UTF8', '--no-locale'];
  if (!durable) flags.push('--no-sync');
  const options = { ...data.account, cwd: cluster, env: { LC_ALL: 'C', TZ: 'UTC' } };
  await run(binaries.initdb, ['-D', data.asSeenByServer(cluster), '-U', SUPERUSER, ...flags], options);
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
