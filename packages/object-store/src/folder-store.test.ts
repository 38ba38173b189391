import {
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderObjectStore } from './folder-store.ts';
import { describeObjectStore } from './testing/conformance.ts';
import { chunks, coded, content, names, pausing, rejection, text } from './testing/conformance-sources.ts';

describeObjectStore('a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'object store '));
  return {
    store: await FolderObjectStore.open(folder),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
});

describe('a folder of objects', () => {
  let above: string;
  let folder: string;
  let store: FolderObjectStore;
  beforeEach(async () => {
    above = await mkdtemp(join(tmpdir(), 'object store '));
    folder = join(above, 'new', 'store');
    store = await FolderObjectStore.open(folder);
  });
  afterEach(() => rm(above, { recursive: true }));

  const object = (name: string) => join(folder, 'objects', name);
  const incoming = () => readdir(join(folder, '.incoming'));

  it('keeps all to its own user', async () => {
    await store.put('lot/a', chunks(text('x')));
    const modes = await Promise.all(
      [folder, join(folder, '.incoming'), object(''), object('lot'), object('lot/a')].map(path => stat(path)),
    );
    expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o700, 0o700, 0o700, 0o600]);
  });

  it('keeps objects as plain files, and serves them again after it is opened again', async () => {
    await store.put('lot/a', chunks(text('kept')));
    expect(await readFile(object('lot/a'), 'utf8')).toBe('kept');
    const again = await FolderObjectStore.open(folder);
    expect(await content(again, 'lot/a')).toEqual(text('kept'));
  });

  it('lets only one of two stores on one folder write a name', async () => {
    const other = await FolderObjectStore.open(folder);
    const puts = [store, other].map(each => each.put('lot/a', chunks(text('x'))));
    const results = await Promise.allSettled(puts);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await incoming()).toEqual([]);
  });

  it('makes the same folders for many writers at once', async () => {
    const wanted = Array.from({ length: 20 }, (_, index) => `a/b/c/d/${String(index).padStart(2, '0')}`);
    await Promise.all(wanted.map(name => store.put(name, chunks(text(name)))));
    expect(await names(store, 'a/')).toEqual(wanted);
  });

  it('leaves no unfinished file behind, however a put ends', async () => {
    await store.put('taken', chunks(text('x')));
    await rejection(store.put('taken', chunks(text('y'))));
    await rejection(store.put('broken', failing()));
    await rejection(store.put('aborted', chunks(text('x')), { signal: AbortSignal.abort() }));
    await rejection(store.put('taken/below', chunks(text('x'))));
    expect(await incoming()).toEqual([]);
  });

  it('refuses a name whose folder is an object, and one that is a folder', async () => {
    await store.put('a', chunks(text('x')));
    await store.put('b/c', chunks(text('x')));
    await expect(store.put('a/b', chunks(text('y')))).rejects.toSatisfy(coded('object_exists'));
    await expect(store.put('b', chunks(text('y')))).rejects.toSatisfy(coded('object_exists'));
    expect(await store.size('a/b')).toBeNull();
    expect(await store.size('b')).toBeNull();
    await store.delete('a/b');
    await store.delete('b');
    expect(await names(store, '')).toEqual(['a', 'b/c']);
  });

  describe('symbolic links', () => {
    let outside: string;
    beforeEach(async () => {
      outside = join(above, 'outside');
      await mkdir(outside);
      await writeFile(join(outside, 'secret'), 'secret');
    });

    it.each(['secret', 'deep/er/secret'])('in the place of a folder lead nowhere: link/%s', async rest => {
      await symlink(outside, object('link'));
      const tampered = coded('store_tampered');
      await expect(content(store, `link/${rest}`)).rejects.toSatisfy(tampered);
      await expect(store.size(`link/${rest}`)).rejects.toSatisfy(tampered);
      await expect(store.delete(`link/${rest}`)).rejects.toSatisfy(tampered);
      await expect(store.put(`link/${rest}x`, chunks(text('x')))).rejects.toSatisfy(tampered);
      await expect(names(store, 'link/')).rejects.toSatisfy(tampered);
      expect(await names(store, '')).toEqual([]);
      expect(await readdir(outside)).toEqual(['secret']);
    });

    it('in the place of an object lead nowhere', async () => {
      await symlink(join(outside, 'secret'), object('link'));
      await expect(content(store, 'link')).rejects.toSatisfy(coded('store_tampered'));
      await expect(store.size('link')).rejects.toSatisfy(coded('store_tampered'));
      await expect(store.put('link', chunks(text('x')))).rejects.toSatisfy(coded('store_tampered'));
      await expect(store.delete('link')).rejects.toSatisfy(coded('store_tampered'));
      expect(await names(store, '')).toEqual([]);
      expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
    });

    it('to the store itself are followed once, when it is opened', async () => {
      await symlink(folder, join(above, 'alias'));
      const alias = await FolderObjectStore.open(join(above, 'alias'));
      await alias.put('a', chunks(text('x')));
      expect(await store.size('a')).toBe(1);
    });
  });

  it('lists objects only, not what else lies about', async () => {
    await store.put('lot/a', chunks(text('x')));
    await writeFile(object('lot/Foreign File'), 'x');
    await writeFile(object('.DS_Store'), 'x');
    await mkdir(object('empty/folder'), { recursive: true });
    expect(await names(store, '')).toEqual(['lot/a']);
  });

  it('says so when an object was cut while it was read', async () => {
    await store.put('long', chunks(new Uint8Array(1_000_000)));
    const reading = store.read('long')[Symbol.asyncIterator]();
    await reading.next();
    await writeFile(object('long'), 'cut');
    await expect(drain(reading)).rejects.toSatisfy(coded('store_tampered'));
  });

  describe('a store that is gone', () => {
    beforeEach(async () => {
      await store.put('a', chunks(text('x')));
      await rm(folder, { recursive: true });
    });

    it('never claims that an object is absent, deleted or put', async () => {
      const gone = coded('store_unreachable');
      await expect(store.size('a')).rejects.toSatisfy(gone);
      await expect(content(store, 'a')).rejects.toSatisfy(gone);
      await expect(store.delete('a')).rejects.toSatisfy(gone);
      await expect(store.put('b', chunks(text('x')))).rejects.toSatisfy(gone);
      await expect(names(store, '')).rejects.toSatisfy(gone);
      await expect(names(store, 'a/b')).rejects.toSatisfy(gone);
    });
  });

  it('refuses to open what is no folder', async () => {
    const file = join(above, 'file');
    await writeFile(file, '');
    await expect(FolderObjectStore.open(file)).rejects.toSatisfy(coded('store_unreachable'));
    await expect(FolderObjectStore.open(join(file, 'below'))).rejects.toSatisfy(coded('store_unreachable'));
  });

  describe('unfinished objects', () => {
    it('end when their name is deleted, and their put fails', async () => {
      const begun = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      const put = store.put('late', pausing(begun, gate.promise));
      await begun.promise;
      await (await FolderObjectStore.open(folder)).delete('late');
      expect(await incoming()).toEqual([]);
      gate.resolve();
      await expect(put).rejects.toSatisfy(coded('put_aborted'));
      expect(await store.size('late')).toBeNull();
    });

    it('of other names are not touched by a delete', async () => {
      const begun = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      const put = store.put('late', pausing(begun, gate.promise));
      await begun.promise;
      await store.delete('lat');
      await store.delete('late/er');
      gate.resolve();
      await put;
      expect(await content(store, 'late')).toEqual(text('first last'));
    });

    it('are swept by their age', async () => {
      await plantLeftovers();
      expect(await store.sweepIncoming(new Date('2030-01-02'))).toBe(1);
      expect(await incoming()).toEqual(['new']);
      expect(await store.sweepIncoming(new Date('2040-01-01'))).toBe(1);
      expect(await incoming()).toEqual([]);
    });

    it('of a killed process are gone a day later, at the next open', async () => {
      await plantLeftovers();
      await utimes(join(folder, '.incoming', 'old'), new Date(), new Date(Date.now() - 90_000_000));
      await FolderObjectStore.open(folder);
      expect(await incoming()).toEqual(['new']);
    });

    it('that were published but not yet unlinked do not survive a delete', async () => {
      await store.put('a', chunks(text('sealed bytes')));
      const begun = Promise.withResolvers<void>();
      void store.put('other', pausing(begun, new Promise(() => {})));
      await begun.promise;
      const [draft = ''] = await incoming();
      // The state between the link and the unlink of a put of "b": both names, one file.
      const b = await draftName('b');
      await link(object('a'), join(folder, '.incoming', b));
      await link(object('a'), object('b'));
      await store.delete('b');
      expect(await incoming()).toEqual([draft]);
      expect((await lstat(object('a'))).nlink).toBe(1);
    });
  });

  async function plantLeftovers(): Promise<void> {
    for (const [name, date] of [
      ['old', '2030-01-01'],
      ['new', '2030-01-03'],
    ] as const) {
      await writeFile(join(folder, '.incoming', name), 'left over');
      await utimes(join(folder, '.incoming', name), new Date(date), new Date(date));
    }
  }

  /** As a put of `name` would call its draft: learned from one. */
  async function draftName(name: string): Promise<string> {
    const before = new Set(await incoming());
    const begun = Promise.withResolvers<void>();
    const ending = new AbortController();
    const put = store.put(name, pausing(begun, new Promise(() => {})), { signal: ending.signal });
    await begun.promise;
    const draft = (await incoming()).find(file => !before.has(file)) ?? '';
    ending.abort();
    await rejection(put);
    return draft;
  }

  it('says so when unfinished objects have no place to be', async () => {
    await rm(join(folder, '.incoming'), { recursive: true });
    await writeFile(join(folder, '.incoming'), '');
    await expect(store.put('a', chunks(text('x')))).rejects.toSatisfy(coded('store_unreachable'));
    expect(await store.size('a')).toBeNull();
  });
});

async function* failing(): AsyncGenerator<Uint8Array> {
  yield text('x');
  throw new Error('no');
}

async function drain(reading: AsyncIterator<unknown>): Promise<void> {
  while (!(await reading.next()).done);
}
