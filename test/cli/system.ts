import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from '../architecture/project.ts';

/** The embedded system as `seedlot up` runs it, with data of its own. */
export interface RunningSystem {
  readonly folder: string;
  readonly url: string;
  /** Of the first admin. */
  readonly token: string;
  /** Ends it as a person would; resolves to the exit code. */
  stop(): Promise<number>;
}

const MAIN = path.join(ROOT, 'packages/cli/src/main.ts');

/** How it differs from one that is started without any word. */
interface SystemOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Throws, with all that it said, when it does not start. */
export async function startSystem({ args = [], env = {} }: SystemOptions = {}): Promise<RunningSystem> {
  const folder = await mkdtemp(path.join(tmpdir(), 'seedlot system '));
  const places = ['--data', 'data', '--root-slots', 'slots', '--port', '0'];
  const child = spawn(process.execPath, [MAIN, 'up', ...places, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    child.kill('SIGINT');
    if (child.exitCode === null) await once(child, 'close');
    await rm(folder, { recursive: true, force: true });
    return child.exitCode ?? -1;
  };
  try {
    const [, url = '', token = ''] = await firstWords(child);
    return { folder, url, token, stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
}

/** Its address and the token of the first admin, as it prints them. */
async function firstWords(child: ChildProcess): Promise<readonly string[]> {
  let said = '';
  for await (const chunk of child.stdout ?? []) {
    said += chunk;
    const found = /listens on (http:\/\/127\.0\.0\.1:\d+)\n.*(seedlot_\S+)\n/.exec(said);
    if (found !== null) return found;
  }
  throw new Error(`It did not start: ${said}${child.stderr === null ? '' : await text(child.stderr)}`);
}
