import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderObjectStore } from './folder-store.ts';
import { chunks, content, names, text } from './testing/conformance-sources.ts';

const putter = fileURLToPath(new URL('testing/putter.ts', import.meta.url));
const MEGABYTE = 1_048_576;

describe('a folder of objects under several processes', () => {
  let folder: string;
  let store: FolderObjectStore;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'object store '));
    store = await FolderObjectStore.open(folder);
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  /** `limit`: blocks of 512 bytes that one file may have. */
  function start(name: string, { mode = '', limit = 'unlimited' } = {}): ChildProcess {
    const line = 'ulimit -f "$1" && shift && exec "$@"';
    const args = [process.execPath, putter, folder, name, `${MEGABYTE}`, mode];
    const child = spawn('sh', ['-c', line, 'sh', limit, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    return child;
  }

  async function saying(child: ChildProcess): Promise<string> {
    let said = '';
    child.stdout?.on('data', text => {
      said += text;
    });
    await once(child, 'close');
    return said.trim();
  }

  const incoming = () => readdir(join(folder, '.incoming'));

  it('leaves nothing of an object that does not fit, and says that the store is full', async () => {
    expect(await saying(start('large', { limit: '1024' }))).toBe('ObjectStoreError store_full');
    expect(await names(store, '')).toEqual([]);
    expect(await incoming()).toEqual([]);
    expect(await saying(start('large'))).toBe(`stored ${MEGABYTE}`);
  });

  it('shows nothing of an object whose writer was killed, and lets the next one write it', async () => {
    const child = start('lot/file', { mode: 'pause' });
    await once(child.stdout ?? child, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await incoming()).toHaveLength(1);
    expect(await store.size('lot/file')).toBeNull();
    expect(await names(store, '')).toEqual([]);
    await store.put('lot/file', chunks(text('again')));
    expect(await content(store, 'lot/file')).toEqual(text('again'));
    expect(await store.sweepIncoming(new Date(Date.now() + 60_000))).toBe(1);
    expect(await content(store, 'lot/file')).toEqual(text('again'));
  });

  it('lets one of several processes win a name', async () => {
    const said = await Promise.all([1, 2, 3].map(() => saying(start('contested'))));
    const refused = 'ObjectStoreError object_exists';
    expect(said.sort()).toEqual([refused, refused, `stored ${MEGABYTE}`]);
    expect(await store.size('contested')).toBe(MEGABYTE);
    expect(await incoming()).toEqual([]);
  });
});
