import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { commandLine } from '../postgres/process.ts';
import { type EmbeddedPostgres, startPostgres, volatileSettings } from '../postgres.ts';

export const isRoot = process.geteuid?.() === 0;
/** A user that every Linux knows. */
export const DAEMON = 1;
const OWNER = fileURLToPath(new URL('server-owner.ts', import.meta.url));

const run = promisify(execFile);
const prepared = await mkdtemp(join(tmpdir(), 'seedlot prepared '));
beforeAll(async () => {
  const server = await startPostgres({ folder: prepared, settings: volatileSettings });
  await server.stop();
});
afterAll(() => rm(prepared, { recursive: true, force: true }));

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Whether a plain user can run this checkout's own Node: not when it lies in root's home. */
export const plainUserCanRun =
  isRoot && spawnSync(process.execPath, [OWNER, '--check'], { uid: DAEMON, gid: DAEMON }).status === 0;

/** A folder of mode 0700, with spaces in its path: below root's own, when root runs this. */
export async function privateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'seedlot of a person '));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A data folder whose cluster is made and whose server is stopped. */
export async function dataFolder(): Promise<string> {
  const folder = join(await privateFolder(), 'data');
  await run('cp', ['-a', prepared, folder]);
  return folder;
}

export async function start(folder: string): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ folder, settings: volatileSettings });
  cleanUps.push(() => server.stop());
  return server;
}

export async function query<Row extends pg.QueryResultRow>(
  server: EmbeddedPostgres,
  sql: string,
): Promise<Row[]> {
  const { host, port, user, password } = server;
  const client = new pg.Client({ host, port, user, password, database: 'postgres' });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** What the other process says of its server, or of its failure. */
interface Owned {
  readonly port: number;
  readonly password: string;
  readonly pid: number;
  readonly uid: number;
  readonly error?: string;
}

/** Starts a process that owns a server, under another user if root runs this; both end with the test. */
export async function owner(folder: string, options: { uid?: number; last?: string } = {}) {
  const ids = options.uid === undefined ? {} : { uid: options.uid, gid: options.uid };
  const child = spawn(process.execPath, [OWNER, folder, options.last ?? ''], {
    ...ids,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUps.push(() => kill(child));
  const lines = createInterface(child.stdout);
  const [line] = await once(lines, 'line');
  const server = JSON.parse(String(line)) as Owned;
  if (server.error === undefined) cleanUps.push(() => endOwned(child, server.pid));
  return { child, server };
}

async function endOwned(child: ChildProcess, pid: number): Promise<void> {
  await kill(child);
  if (await isAlive(pid)) process.kill(pid, 'SIGQUIT');
  await untilGone(pid);
}

export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** A zombie is not, which a container without an init process keeps. */
export async function isAlive(pid: number): Promise<boolean> {
  return (await commandLine(pid)) !== '';
}

export async function untilGone(pid: number): Promise<void> {
  while (await isAlive(pid)) await pause(10);
}
