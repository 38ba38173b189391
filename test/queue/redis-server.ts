import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';

/** A Redis of our own on a free port, without persistence; stopped by its process. */
export class RedisServer implements AsyncDisposable {
  readonly #program: string;
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(program: string, folder: string, port: number) {
    this.#program = program;
    this.#folder = folder;
    this.#port = port;
  }

  static async start(program: string): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'seedlot-redis-'));
    const server = new RedisServer(program, folder, await freePort());
    await server.up();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  async up(): Promise<void> {
    const settings = [
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--maxmemory-policy',
      'noeviction',
    ];
    const args = ['--port', `${this.#port}`, '--dir', this.#folder, ...settings];
    this.#process = spawn(this.#program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const { stdout } = this.#process;
    if (stdout === null) throw new Error('Redis has no output');
    for await (const line of createInterface(stdout)) {
      if (line.includes('Ready to accept connections')) break;
    }
    stdout.resume();
  }

  async down(): Promise<void> {
    if (this.#process === undefined || this.#process.exitCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
    await rm(this.#folder, { recursive: true });
  }
}
