import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedError } from '../errors.ts';
import type { DataFolder } from './data-folder.ts';

const run = promisify(execFile);
const POLL_MS = 20;

/** A server that postmaster.pid names and that still runs on this cluster. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  /** The file that it was started from. */
  readonly program: string;
}

/**
 * The server of this cluster that is running, if one is. Process ids are used again, so the pid of a server that
 * died may be a stranger's by now: it counts only if its command line names this cluster.
 */
export async function findRunningServer(data: DataFolder): Promise<RunningServer | undefined> {
  const lines = (await readPidFile(data)).split('\n');
  const pid = Number(lines[0]);
  if (!isPid(pid) || !(await isServerOf(data, pid))) return undefined;
  const [program = ''] = (await commandLine(pid)).split(/\0| -D /, 1);
  return { pid, port: Number(lines[3]), program };
}

/**
 * Makes a stale postmaster.pid harmless: PostgreSQL would refuse to start while any process of the same user has the
 * pid in it, but ignores the pid of its own parent. The rest stays, for by it PostgreSQL looks for survivors that still
 * use the shared memory.
 */
export async function disarmPidFile(data: DataFolder): Promise<void> {
  const content = await readPidFile(data);
  // Empty after a power cut; PostgreSQL then asks for its removal.
  if (content.trim() === '') return rm(pidFile(data), { force: true });
  const [, ...rest] = content.split('\n');
  await writeFile(pidFile(data), [process.pid, ...rest].join('\n'));
}

/** Whether the process is a server of this cluster: by the name that we gave the cluster on its command line. */
export async function isServerOf(data: DataFolder, pid: number): Promise<boolean> {
  return (await commandLine(pid)).includes(`cluster_name=${data.clusterName}`);
}

/**
 * Ends the server and waits for it: first politely to clients that are idle (fast), then without a checkpoint
 * (immediate), then by force. Nothing that was committed is lost by any of them.
 * @throws EmbeddedError postgres_not_stopped
 */
export async function endServer(data: DataFolder, pid: number): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', 60_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 10_000],
  ] as const) {
    if (!(await isServerOf(data, pid))) return;
    send(pid, signal);
    // A process that somebody suspended takes other signals only when it goes on.
    send(pid, 'SIGCONT');
    if (await hasEnded(data, pid, patience)) return;
  }
  throw new EmbeddedError('postgres_not_stopped', `PostgreSQL, process ${pid}, does not end`);
}

export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function hasEnded(data: DataFolder, pid: number, patience: number): Promise<boolean> {
  for (let waited = 0; waited < patience; waited += POLL_MS) {
    if (!(await isServerOf(data, pid))) return true;
    await pause(POLL_MS);
  }
  return false;
}

/** The arguments of a process, or nothing when it is gone; also for a zombie, which no signal can end. */
export async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return run('ps', ['-ww', '-o', 'args=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  );
}

/** Written by another program and perhaps half: believe nothing in it. */
async function readPidFile(data: DataFolder): Promise<string> {
  return readFile(pidFile(data), 'utf8').catch(() => '');
}

function pidFile(data: DataFolder): string {
  return join(data.cluster, 'postmaster.pid');
}

function isPid(value: number): boolean {
  return Number.isSafeInteger(value) && value > 1;
}
