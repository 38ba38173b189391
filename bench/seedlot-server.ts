import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

const ROOT = new URL('../', import.meta.url);

const PRODUCT = {
  product: 'ex-totp-1',
  manufacturer: 'Example',
  model: 'EX-TOTP-1',
  oath: { type: 'totp', hash: 'sha1', digits: 6, period: 30 },
  seedLength: 20,
  serial: { prefix: '99', width: 11 },
  programmable: false,
};

/** Milliseconds between two questions for a lot's state. */
const POLL_MS = 10;

type ServerProcess = ChildProcessByStdio<null, Readable, null>;

/** The whole system in a process of its own, as `npm start` runs it, with one product and one factory. */
export class SeedlotServer implements AsyncDisposable {
  readonly #child: ServerProcess;
  readonly #folder: string;
  #url = '';
  #token = '';

  private constructor(child: ServerProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  /** @param factoryKey armored, of a key that encrypts and signs */
  static async start(factoryKey: string): Promise<SeedlotServer> {
    const folder = await mkdtemp(join(tmpdir(), 'seedlot-bench-'));
    const places = ['--data', join(folder, 'data'), '--root-slots', join(folder, 'roots'), '--port', '0'];
    const child = spawn(process.execPath, [...(await startArguments()), ...places], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const server = new SeedlotServer(child, folder);
    await server.#readAddress();
    const { token } = await server.#ask<{ token: string }>('/staff', { name: 'Bench', role: 'ops' });
    server.#token = token;
    await server.#ask('/products', PRODUCT);
    await server.#ask('/factories', { factory: 'acme', publicKey: factoryKey });
    return server;
  }

  /** Orders a lot and waits until its factory file is stored. */
  async makeLot(quantity: number): Promise<void> {
    const order = { product: PRODUCT.product, quantity, factory: 'acme' };
    const { lot } = await this.#ask<{ lot: string }>('/orders', order);
    while ((await this.#ask<{ state: string }>(`/lots/${lot}`)).state !== 'dispatched') await pause(POLL_MS);
  }

  /** Bytes of memory that the process had at most since its start. Linux only. */
  async peakMemory(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  async #readAddress(): Promise<void> {
    for await (const line of createInterface(this.#child.stdout)) {
      this.#url = /^Seedlot listens on (\S+)/.exec(line)?.[1] ?? this.#url;
      this.#token = /^First admin: .* (\S+)$/.exec(line)?.[1] ?? '';
      if (this.#token !== '') return;
    }
    throw new Error('the server ended before it told its address');
  }

  async #ask<Answer>(path: string, body?: unknown): Promise<Answer> {
    const authorization = `Bearer ${this.#token}`;
    const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    const post = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(
      `${this.#url}/v1${path}`,
      body === undefined ? { headers: { authorization } } : post,
    );
    if (!response.ok)
      throw new Error(`${path} was answered with ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Those of Node in `npm start`: its flags and the entry point. */
async function startArguments(): Promise<string[]> {
  const manifest = await readFile(new URL('package.json', ROOT), 'utf8');
  const { scripts } = JSON.parse(manifest) as { scripts: { 'start:run': string } };
  return scripts['start:run'].split(' ').slice(1);
}
