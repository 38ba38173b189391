import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedError } from '../errors.ts';
import type { Binaries } from './binaries.ts';
import { type DataFolder, readPassword } from './data-folder.ts';
import { askServer, type Lease } from './lease.ts';
import type { RunningServer } from './process.ts';
import { openStartLog, type StartLog } from './start-log.ts';

/** PostgreSQL's own parameters by name, as in postgresql.conf. */
export type Settings = Readonly<Record<string, string>>;

/** A server started by this process. */
export interface StartedServer extends RunningServer {
  readonly log: StartLog;
  /** Tells without waiting. */
  ended(): boolean;
}

const POLL_MS = 20;
const STRANGERS = 50;

/** The log names no statement: parameters are never logged, and a failing statement is not shown either. */
const BASE_SETTINGS: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
  timezone: 'UTC',
};

/** Starts the server on a free port. It may still be recovering when this returns. */
export async function spawnServer(
  data: DataFolder,
  binaries: Binaries,
  settings: Settings,
): Promise<StartedServer> {
  const port = await freePort();
  const log = await openStartLog(data);
  try {
    const child = spawn(binaries.postgres, serverArguments(data, port, settings), {
      ...data.account,
      cwd: data.cluster,
      env: { LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log.fd, log.fd],
      // In a process group of its own: a Ctrl-C on the terminal must reach the services first, and only them.
      detached: true,
    });
    child.unref();
    await once(child, 'spawn');
    const ended = () => child.exitCode !== null || child.signalCode !== null;
    return { pid: child.pid ?? 0, port, program: binaries.postgres, log, ended };
  } catch (cause) {
    await log.discard();
    throw new EmbeddedError('postgres_not_started', `${binaries.postgres} cannot be run`, { cause });
  }
}

/**
 * Waits until the server answers, however long its recovery takes, and connects.
 * @throws EmbeddedError postgres_not_started with the server's own reason
 */
export async function awaitServer(data: DataFolder, server: StartedServer): Promise<Lease> {
  const password = await readPassword(data);
  for (let strangers = 0; !server.ended(); await pause(POLL_MS)) {
    const answer = await askServer(server.port, password, data.clusterName);
    if (typeof answer === 'object') return answer;
    // One that took the port before ours could; ours then ends at once.
    if (answer === 'stranger') strangers++;
    if (strangers === STRANGERS) throw notStarted(`its password is not the one in ${data.passwordFile}`);
  }
  throw notStarted(await server.log.reason());
}

function serverArguments(data: DataFolder, port: number, settings: Settings): string[] {
  const all = { ...settings, ...BASE_SETTINGS, port: String(port), cluster_name: data.clusterName };
  return [
    '-D',
    data.asSeenByServer(data.cluster),
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

/** Another program may take the port before the server does; then the start is tried again. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server without a port');
  return address.port;
}

function notStarted(reason: string): EmbeddedError {
  return new EmbeddedError('postgres_not_started', `PostgreSQL did not start: ${reason}`);
}
