import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { ApiClient } from './api-client.ts';

const ROOT = new URL('../', import.meta.url);

export const PRODUCT = {
  product: 'ex-totp-1',
  manufacturer: 'Example',
  model: 'EX-TOTP-1',
  oath: { type: 'totp', hash: 'sha1', digits: 6, period: 30 },
  seedLength: 20,
  serial: { prefix: '99', width: 11 },
  programmable: false,
} as const;

type ServerProcess = ChildProcessByStdio<null, Readable, null>;

/** The whole system in a process of its own, as `npm start` runs it, with one product and one factory. */
export class SeedlotServer implements AsyncDisposable {
  readonly #child: ServerProcess;
  readonly #folder: string;
  #admin = new ApiClient('', '');
  #ops = new ApiClient('', '');
  #factory = new ApiClient('', '');

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
    server.#ops = await server.#admit('/staff', { name: 'Bench', role: 'ops' });
    await server.ops.post('/products', PRODUCT);
    server.#factory = await server.#admit('/factories', { factory: 'acme', publicKey: factoryKey });
    return server;
  }

  get ops(): ApiClient {
    return this.#ops;
  }

  get factory(): ApiClient {
    return this.#factory;
  }

  /** The folder of its PostgreSQL. */
  get postgres(): string {
    return join(this.#folder, 'data', 'postgres');
  }

  /** @param publicKey armored */
  async addCustomer(customer: string, publicKey: string): Promise<void> {
    await this.#admit('/customers', { customer, publicKey });
  }

  /** Orders a lot and waits until its factory file is stored; resolves to its id. */
  async makeLot(quantity: number): Promise<string> {
    const order = { product: PRODUCT.product, quantity, factory: 'acme' };
    const { lot } = await this.ops.post<{ lot: string }>('/orders', order);
    await this.ops.until<{ state: string }>(`/lots/${lot}`, ({ state }) => state === 'dispatched');
    return lot;
  }

  /** Bytes of memory that the process had at most since its start, or since `forgetPeak`. Linux only. */
  async peakMemory(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  /** From now on the peak is that of what follows; see proc_pid_clear_refs(5). */
  async forgetPeak(): Promise<void> {
    await writeFile(`/proc/${this.#child.pid}/clear_refs`, '5');
  }

  async #readAddress(): Promise<void> {
    let url = '';
    for await (const line of createInterface(this.#child.stdout)) {
      url = /^Seedlot listens on (\S+)/.exec(line)?.[1] ?? url;
      this.#admin = new ApiClient(url, /^First admin: .* (\S+)$/.exec(line)?.[1] ?? '');
      if (this.#admin.token !== '') return;
    }
    throw new Error('the server ended before it told its address');
  }

  /** Somebody who may speak to the API from now on. */
  async #admit(path: string, who: unknown): Promise<ApiClient> {
    const { token } = await this.#admin.post<{ token: string }>(path, who);
    return new ApiClient(this.#admin.url, token);
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
