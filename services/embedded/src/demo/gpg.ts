import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a program wrote: `status` is gpg's own account of what it found. */
export interface GpgOutput {
  readonly stdout: Buffer;
  readonly status: string;
}

/** Runs gpg on the keyring that it was opened for. */
export type Gpg = (...args: string[]) => Promise<GpgOutput>;

/** Lets `work` use gpg on a keyring of its own with these keys; null where gpg is not installed. */
export async function withGpg<T>(
  keyFiles: readonly string[],
  work: (gpg: Gpg) => Promise<T>,
): Promise<T | null> {
  const home = await mkdtemp(join(tmpdir(), 'gpg-'));
  const options = ['--homedir', home, '--batch', '--no-tty', '--quiet', '--status-fd', '3'];
  const gpg: Gpg = (...args) => run('gpg', [...options, ...args]);
  try {
    await gpg('--import', ...keyFiles);
    return await work(gpg);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw cause;
  } finally {
    await run('gpgconf', ['--homedir', home, '--kill', 'all']).catch(() => {});
    await rm(home, { recursive: true, force: true });
  }
}

async function run(program: string, args: string[]): Promise<GpgOutput> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const [stdout, stderr, status] = [1, 2, 3].map(fd => collect(child.stdio[fd] as AsyncIterable<Buffer>));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${(await stderr)?.toString().trim()}`);
  return { stdout: (await stdout) ?? Buffer.alloc(0), status: (await status)?.toString() ?? '' };
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(stream));
}
