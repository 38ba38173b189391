import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LotAnswer } from './demo/answers.ts';
import { Client } from './demo/client.ts';
import { makeOwnKey } from './demo/own-key.ts';
import { awaitState } from './demo/patience.ts';
import { PRODUCT } from './demo/product.ts';
import { ServerProcess } from './testing/server-process.ts';

let root: string;
const running: ServerProcess[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'seedlot server '));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map(server => server.end('SIGKILL')));
  // A server that is started once more ends the PostgreSQL that a killed one left.
  await rm(root, { recursive: true, force: true });
});

function start(more: string[] = []): ServerProcess {
  const places = ['--data', join(root, 'data'), '--root-slots', join(root, 'slots'), '--port', '0'];
  const server = new ServerProcess('main.ts', [...places, ...more]);
  running.push(server);
  return server;
}

function firstToken(server: ServerProcess): string {
  return /(seedlot_[0-9a-f]{32}_\S+)/.exec(server.stdout)?.[1] ?? '';
}

async function refuses(server: ServerProcess, exitCode: number, code: string): Promise<void> {
  expect(await server.end()).toBe(exitCode);
  expect(server.stdout).toBe('');
  expect(server.stderr).toMatch(/^[^\n]+\n$/);
  expect(server.stderr).toContain(`[${code}]`);
}

describe('the embedded server', () => {
  test('prints its address first and the first admin’s token once, and ends cleanly', async () => {
    const first = start();
    const url = await first.url();
    expect(first.stdout.match(/http:\/\/\S+/)?.[0]).toBe(url);
    expect(await readFile(join(root, 'data', 'address'), 'utf8')).toBe(`${url}\n`);
    const admin = new Client(url, firstToken(first));
    expect(await admin.get<object>('')).toMatchObject({ actor: { kind: 'staff', role: 'admin' } });
    expect(await first.end('SIGINT')).toBe(0);
    expect(await readdir(join(root, 'data'))).not.toContain('address');

    const second = start();
    await second.url();
    expect(firstToken(second)).toBe('');
    expect(await second.end('SIGTERM')).toBe(0);
  });

  test('keeps root slots apart from the data, in a folder named by the installation, for its owner only', async () => {
    const server = start();
    await server.url();
    const id = (await readFile(join(root, 'data', 'installation'), 'utf8')).trim();
    expect(await readdir(join(root, 'slots'))).toEqual([id]);
    expect(await readdir(join(root, 'slots', id))).toEqual(['files', 'seeds']);
    expect((await stat(join(root, 'slots', id, 'seeds'))).mode & 0o077).toBe(0);
    await server.end('SIGINT');
  });

  test('after kill -9 in the middle of a lot a restart completes it', async () => {
    const server = start();
    const admin = new Client(await server.url(), firstToken(server));
    const { token } = await admin.post<{ token: string }>('/staff', { name: 'ops', role: 'ops' });
    const ops = new Client(await server.url(), token);
    await ops.post('/products', PRODUCT);
    await ops.post('/factories', {
      factory: 'acme',
      publicKey: (await makeOwnKey('Test factory')).publicKey,
    });
    const order = { product: PRODUCT.product, quantity: 300_000, factory: 'acme' };
    const { lot } = await ops.post<{ lot: string }>('/orders', order);
    await server.end('SIGKILL');

    const again = start();
    const answer = await awaitState<LotAnswer>(
      new Client(await again.url(), token),
      `/lots/${lot}`,
      seen => seen.state === 'dispatched',
    );
    expect(answer).toMatchObject({ seeds: { living: 300_000 }, custody: { dispatched: 300_000 } });
    expect(await again.end('SIGINT')).toBe(0);
  });
});

describe('what the server cannot use at its start', () => {
  test('a data folder that is a file, or cannot be made', async () => {
    await writeFile(join(root, 'file'), '');
    await refuses(start(['--data', join(root, 'file')]), 3, 'data_folder_unusable');
    await refuses(start(['--data', '/proc/seedlot']), 3, 'data_folder_unusable');
  });

  test('root slots inside the data folder, or in a place that is none', async () => {
    await refuses(start(['--root-slots', join(root, 'data', 'slots')]), 3, 'slot_in_data_folder');
    await writeFile(join(root, 'file'), '');
    await refuses(start(['--root-slots', join(root, 'file')]), 4, 'slot_unreachable');
  });

  test('a port that another program has', async () => {
    await using taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await refuses(start(['--port', String(port)]), 4, 'address_unavailable');
  });

  test('arguments that it does not know', async () => {
    await refuses(start(['--prot', '1']), 2, 'arguments_invalid');
    await refuses(start(['--port', '65536']), 2, 'arguments_invalid');
  });

  test('a slot without the root of the database, or roots without their ring', async () => {
    const server = start();
    await server.url();
    await server.end('SIGINT');
    await rename(join(root, 'slots'), join(root, 'kept'));
    await refuses(start(), 3, 'ring_root_missing');
    await rm(join(root, 'slots'), { recursive: true });
    await rename(join(root, 'kept'), join(root, 'slots'));
    await rm(join(root, 'data', 'postgres'), { recursive: true });
    await refuses(start(), 3, 'ring_row_missing');
  });
});
