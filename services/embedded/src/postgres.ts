import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedError } from './errors.ts';
import { type Binaries, discardCopy, findBinaries } from './postgres/binaries.ts';
import { ensureCluster, removeDrafts } from './postgres/cluster.ts';
import {
  type DataFolder,
  openDataFolder,
  readPassword,
  SUPERUSER,
  unusable,
} from './postgres/data-folder.ts';
import { askServer, keepLease, type Lease } from './postgres/lease.ts';
import { disarmPidFile, endServer, findRunningServer, type RunningServer, send } from './postgres/process.ts';
import { awaitServer, type Settings, type StartedServer, spawnServer } from './postgres/server.ts';

/** Where the server listens and how its superuser logs in. */
export interface EmbeddedPostgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Ends the server and waits for it; a second call waits for the first. */
  stop(): Promise<void>;
}

/** For tests, whose data nobody misses after a power cut: about three times as fast. */
export const volatileSettings: Settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

const PAUSE_MS = 100;
const START_ATTEMPTS = 50;
/** The lock of a process that was killed is free as soon as the server has noticed. */
const LEASE_ATTEMPTS = 20;
const RECOVERY_ATTEMPTS = 600;

/** Another program took the port, a killed server's processes still end, or another process starts the same folder. */
const PASSING =
  /could not create any TCP\/IP sockets|is still in use|postmaster\.pid" already exists|database system is shut down/;

/**
 * Starts PostgreSQL on a folder of its own, on a free port of the loopback address.
 * The server of an earlier process that was killed is ended first, so that none of its transactions go on.
 * @param folder created when absent; may have spaces, may lie below folders that only root can open
 * @param settings PostgreSQL parameters that differ from a durable server's
 * @throws EmbeddedError
 */
export async function startPostgres(options: {
  folder: string;
  settings?: Settings;
}): Promise<EmbeddedPostgres> {
  const data = await openDataFolder(options.folder);
  try {
    await endOrphan(data);
    return await startOn(data, options.settings ?? {});
  } catch (error) {
    // What the file system refuses on the way: no right, no space.
    throw isSystemError(error) ? unusable(data.folder, error) : error;
  }
}

async function startOn(data: DataFolder, settings: Settings): Promise<EmbeddedPostgres> {
  const binaries = await findBinaries(data.account);
  try {
    await ensureCluster(data, binaries, settings.fsync !== 'off');
    return await run(data, binaries, settings);
  } catch (error) {
    await binaries.discard();
    throw error;
  }
}

async function run(data: DataFolder, binaries: Binaries, settings: Settings): Promise<EmbeddedPostgres> {
  const password = await readPassword(data);
  const { server, lease } = await startServer(data, binaries, settings);
  const releaseLease = keepLease(lease, () => lead(data, server));
  await removeDrafts(data);
  const stopNow = () => server.ended() || send(server.pid, 'SIGINT');
  process.once('exit', stopNow);
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    await releaseLease();
    await endServer(data, server.pid);
    process.removeListener('exit', stopNow);
    await binaries.discard();
  };
  return {
    host: '127.0.0.1',
    port: server.port,
    user: SUPERUSER,
    password,
    stop: () => (stopped ??= stop()),
  };
}

async function startServer(data: DataFolder, binaries: Binaries, settings: Settings) {
  for (let attempt = 1; ; attempt++) {
    const server = await spawnServer(data, binaries, settings);
    try {
      const lease = await lead(data, server);
      await server.log.keep();
      return { server, lease };
    } catch (error) {
      await endServer(data, server.pid);
      await server.log.discard();
      if (!isPassing(error) || attempt === START_ATTEMPTS) throw error;
      await pause(PAUSE_MS);
      await endOrphan(data);
    }
  }
}

/** Waits for the server and becomes its owner. */
async function lead(data: DataFolder, server: StartedServer): Promise<Lease> {
  const lease = await awaitServer(data, server);
  if (await lease.acquire()) return lease;
  await lease.release();
  throw inUse(data);
}

async function endOrphan(data: DataFolder): Promise<void> {
  const orphan = await findRunningServer(data);
  if (orphan === undefined) return disarmPidFile(data);
  const lease = await claim(data, orphan);
  await endServer(data, orphan.pid);
  await lease?.release();
  await discardCopy(dirname(dirname(orphan.program)));
}

/**
 * Takes the lease of a server that may be an orphan; undefined when it gives no answer, so nobody can be using it.
 * @throws EmbeddedError data_folder_in_use
 */
async function claim(data: DataFolder, orphan: RunningServer): Promise<Lease | undefined> {
  const password = await readPassword(data);
  for (let attempt = 1; ; attempt++) {
    const answer = await askServer(orphan.port, password, data.clusterName);
    if (answer === 'silent' || answer === 'stranger') return undefined;
    if (answer === 'starting') {
      if (attempt >= RECOVERY_ATTEMPTS) return undefined;
    } else {
      if (await answer.acquire()) return answer;
      await answer.release();
      if (attempt >= LEASE_ATTEMPTS) throw inUse(data);
    }
    await pause(PAUSE_MS);
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function isPassing(error: unknown): boolean {
  return error instanceof EmbeddedError && PASSING.test(error.message);
}

function inUse(data: DataFolder): EmbeddedError {
  return new EmbeddedError('data_folder_in_use', `another process is using ${data.folder}`);
}
