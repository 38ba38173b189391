import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeObjectStore } from './conformance.ts';
import { FolderObjectStore } from './folder-store.ts';

describeObjectStore('a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'object store '));
  return {
    store: await FolderObjectStore.open(folder),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
});
