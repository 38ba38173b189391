import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { CliError } from '../errors.ts';
import { PROJECT } from '../project.ts';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * MB for young objects; left alone V8 lets them grow to some dozens. What the system goes through is buffers, of which
 * V8 counts a few bytes: it frees them when this is full. The root's scripts have it too.
 */
const YOUNG_SPACE = '--max-semi-space-size=2';

/**
 * Runs one of the project's entry points with this Node until it ends; returns its exit code. It runs in a process
 * group of its own: a Ctrl-C reaches it once, through here, and not a second time from the terminal. Relative paths
 * in `args` would start at the project's folder. Throws `start_failed`.
 */
export async function startEntry(entry: URL, args: readonly string[]): Promise<number> {
  const file = fileURLToPath(entry);
  const child = spawn(process.execPath, [YOUNG_SPACE, file, ...args], {
    cwd: PROJECT,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  try {
    return await exitOf(child);
  } catch (cause) {
    throw new CliError('start_failed', `${file} could not be started`, { cause });
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward);
  }
}

/** As a shell tells it: a child that a signal ended has 128 and the signal's number. */
function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
}
