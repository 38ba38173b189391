import { homedir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { isatty, type WriteStream } from 'node:tty';
import { CliError } from './errors.ts';
import { unwritable } from './local-files.ts';
import type { Screen, Terminal } from './terminal.ts';

/** The terminal of this process. The first SIGINT or SIGTERM asks the command to stop; a second one ends it. */
export function processTerminal(): Terminal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupted.abort(signal));
  }
  return {
    args: process.argv.slice(2),
    env: process.env,
    folder: process.cwd(),
    home: homedir(),
    get stdin() {
      const { stdin } = process;
      interrupted.signal.addEventListener('abort', () => stdin.destroy(), { once: true });
      return stdin;
    },
    attended: isatty(0) && isatty(2),
    stdout: screenOf(process.stdout, 'stdout'),
    stderr: screenOf(process.stderr, 'stderr'),
    interrupted: interrupted.signal,
    now: () => performance.now(),
    pause: milliseconds => pause(milliseconds, interrupted.signal),
  };
}

function screenOf(stream: WriteStream, name: string): Screen {
  stream.on('error', () => {}); // told by the write that failed; unheard it would end the process
  return {
    get columns() {
      return stream.isTTY ? stream.columns || 80 : null;
    },
    get rows() {
      return stream.isTTY ? stream.rows || 24 : null;
    },
    colours: stream.isTTY === true && stream.hasColors(),
    write: data =>
      new Promise((resolve, reject) => {
        stream.write(data, fault => (fault ? reject(unwritable(name, fault)) : resolve()));
      }),
  };
}

async function pause(milliseconds: number, interrupted: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal: interrupted });
  } catch (cause) {
    throw new CliError('interrupted', 'Interrupted', { cause });
  }
}
