import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What a Redis still knows after its end: nothing, or all that it had written to its disk. */
export type RedisMemory = 'forgets' | 'remembers';

/** A Redis that a test may stop, kill and start again under one URL. */
export interface RestartableRedis extends AsyncDisposable {
  readonly url: string;
  /** Returns when it answers. */
  up(): Promise<void>;
  /** As `redis-cli shutdown` does. */
  stop(): Promise<void>;
  /** As `kill -9` does. */
  kill(): Promise<void>;
}

/** Arguments of `redis-server` for a memory, and for the policy that a queue needs. */
export function redisSettings(memory: RedisMemory): string[] {
  const appendOnly = memory === 'remembers' ? 'yes' : 'no';
  return ['--save', '', '--appendonly', appendOnly, '--maxmemory-policy', 'noeviction'];
}

/** A Redis of our own on a free port of the loopback address, ended by its process. */
export class RedisServer implements RestartableRedis {
  readonly url: string;
  readonly #program: string;
  readonly #settings: readonly string[];
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(program: string, folder: string, settings: readonly string[], port: number) {
    this.#program = program;
    this.#folder = folder;
    this.#settings = ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder, ...settings];
    this.url = `redis://127.0.0.1:${port}`;
  }

  /** @param more settings of the command line that stand over those of the memory */
  static async start(
    program: string,
    memory: RedisMemory = 'forgets',
    more: readonly string[] = [],
  ): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'seedlot-redis-'));
    const settings = [...redisSettings(memory), ...more];
    const server = new RedisServer(program, folder, settings, await freePort());
    await server.up();
    return server;
  }

  async up(): Promise<void> {
    this.#process = spawn(this.#program, this.#settings, { stdio: ['ignore', 'pipe', 'inherit'] });
    const { stdout } = this.#process;
    if (stdout === null) throw new Error('Redis has no output');
    for await (const line of createInterface(stdout)) {
      if (line.includes('Ready to accept connections')) break;
    }
    stdout.resume();
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#process;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, 'exit');
    server.kill(signal);
    await exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true });
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise(closed => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
