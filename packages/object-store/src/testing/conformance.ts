import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../object-store.ts';
import {
  abortedBy,
  bytes,
  chunks,
  coded,
  content,
  expectNothing,
  failing,
  names,
  oneReusedBuffer,
  pausing,
  rejection,
  sha256,
  text,
} from './conformance-sources.ts';

/** An empty store for one test, and how to be rid of it. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: ObjectStore;
}

/** The contract of `ObjectStore`, run against an adapter; `open` gives an empty store each time. */
export function describeObjectStore(adapter: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${adapter} as an object store`, () => {
    let subject: StoreUnderTest;
    let store: ObjectStore;
    beforeEach(async () => {
      subject = await open();
      store = subject.store;
    });
    afterEach(() => subject[Symbol.asyncDispose]());

    describe('put and read', () => {
      it('gives back the bytes, their number and their hash', async () => {
        const stored = await store.put('lot/a.pgp', chunks(text('factory '), text('file')));
        expect(stored).toEqual({ bytes: 12, sha256: sha256(text('factory file')) });
        expect(await content(store, 'lot/a.pgp')).toEqual(text('factory file'));
        expect(await store.size('lot/a.pgp')).toBe(12);
      });

      it('keeps an empty object', async () => {
        expect(await store.put('empty', chunks())).toEqual({ bytes: 0, sha256: sha256(text('')) });
        expect(await store.size('empty')).toBe(0);
        expect(await content(store, 'empty')).toHaveLength(0);
      });

      it('keeps any bytes in any chunks, and reads any range of them', async () => {
        let round = 0;
        const anyChunks = fc.array(fc.uint8Array({ maxLength: 100_000 }), { maxLength: 5 });
        await fc.assert(
          fc.asyncProperty(anyChunks, fc.nat(), fc.nat(), async (parts, a, b) => {
            round += 1;
            const whole = Buffer.concat(parts);
            const [start = 0, end = 0] = [a, b].map(n => n % (whole.length + 1)).sort((x, y) => x - y);
            await store.put(`object-${round}`, chunks(...parts));
            expect(await content(store, `object-${round}`, { start, end })).toEqual(
              bytes(whole.subarray(start, end)),
            );
          }),
          { numRuns: 25 },
        );
      });

      it('uses a chunk only until the next one is pulled', async () => {
        await store.put('reused', oneReusedBuffer());
        expect(await content(store, 'reused')).toEqual(text('aaaabbbbcccc'));
      });

      it('gives chunks that stay as they are', async () => {
        const whole = new Uint8Array(300_000).map((_, index) => index % 251);
        await store.put('large', chunks(whole));
        const kept: Uint8Array[] = [];
        for await (const chunk of store.read('large')) kept.push(chunk);
        expect(bytes(Buffer.concat(kept))).toEqual(whole);
      });

      it('lets a reader stop early', async () => {
        await store.put('large', chunks(new Uint8Array(300_000)));
        for await (const chunk of store.read('large')) {
          expect(chunk.length).toBeGreaterThan(0);
          break;
        }
        await store.delete('large');
        expect(await store.size('large')).toBeNull();
      });

      it.each([
        [-1, 2],
        [0, 4],
        [2, 1],
        [0.5, 2],
        [Number.NaN, 2],
        [0, Number.POSITIVE_INFINITY],
      ])('refuses the range %d to %d of three bytes', async (start, end) => {
        await store.put('three', chunks(text('abc')));
        await expect(content(store, 'three', { start, end })).rejects.toSatisfy(
          coded('object_range_invalid'),
        );
      });

      it('says that there is no object', async () => {
        expect(await store.size('lot/nothing')).toBeNull();
        await expect(content(store, 'lot/nothing')).rejects.toSatisfy(coded('object_absent'));
      });
    });

    describe('completely or not at all', () => {
      it('shows nothing of an object before its last byte', async () => {
        const gate = Promise.withResolvers<void>();
        const begun = Promise.withResolvers<void>();
        const put = store.put('slow', pausing(begun, gate.promise));
        await begun.promise;
        expect(await store.size('slow')).toBeNull();
        expect(await names(store, '')).toEqual([]);
        await expect(content(store, 'slow')).rejects.toSatisfy(coded('object_absent'));
        gate.resolve();
        await put;
        expect(await content(store, 'slow')).toEqual(text('first last'));
      });

      it('never overwrites', async () => {
        await store.put('taken', chunks(text('first')));
        await expect(store.put('taken', chunks(text('second')))).rejects.toSatisfy(coded('object_exists'));
        expect(await content(store, 'taken')).toEqual(text('first'));
      });

      it('lets exactly one of many writers of a name win, and keeps what that one wrote', async () => {
        const writers = Array.from({ length: 8 }, (_, index) => text(`writer ${index}`));
        const results = await Promise.allSettled(
          writers.map(written => store.put('contested', chunks(written))),
        );
        const won = results.flatMap(result => (result.status === 'fulfilled' ? [result.value.sha256] : []));
        const lost = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []));
        expect(won).toEqual([sha256(await content(store, 'contested'))]);
        expect(lost).toSatisfy((reasons: unknown[]) => reasons.every(coded('object_exists')));
      });

      it('leaves nothing of a source that fails, and keeps the cause', async () => {
        const cause = new Error('the seeds ring is locked');
        const error = await rejection(store.put('broken', failing(cause)));
        expect(error).toSatisfy(coded('source_failed'));
        expect(error).toHaveProperty('cause', cause);
        await expectNothing(store);
        await store.put('broken', chunks(text('again')));
        expect(await content(store, 'broken')).toEqual(text('again'));
      });

      it('does not touch the source of a put that was aborted before', async () => {
        let pulled = false;
        const source = (async function* () {
          pulled = true;
          yield text('x');
        })();
        const { signal } = abortedBy('too late');
        await expect(store.put('aborted', source, { signal })).rejects.toSatisfy(coded('put_aborted'));
        expect(pulled).toBe(false);
        await expectNothing(store);
      });

      it('leaves nothing of a put that is aborted while its source hangs', async () => {
        const controller = new AbortController();
        const hanging = Promise.withResolvers<void>();
        const put = store.put('aborted', pausing(hanging, new Promise(() => {})), {
          signal: controller.signal,
        });
        await hanging.promise;
        controller.abort(new Error('lease ended'));
        const error = await rejection(put);
        expect(error).toSatisfy(coded('put_aborted'));
        expect(error).toHaveProperty('cause.message', 'lease ended');
        await expectNothing(store);
      });

      it('closes the source of a put that is aborted between two chunks', async () => {
        const controller = new AbortController();
        let closed = false;
        const source = (async function* () {
          try {
            yield text('x');
            controller.abort();
            yield text('y');
          } finally {
            closed = true;
          }
        })();
        const put = store.put('aborted', source, { signal: controller.signal });
        await expect(put).rejects.toSatisfy(coded('put_aborted'));
        expect(closed).toBe(true);
        await expectNothing(store);
      });
    });

    describe('delete', () => {
      it('removes the object, twice without an error, and frees its name', async () => {
        await store.put('lot/1', chunks(text('old')));
        await store.put('lot/2', chunks(text('neighbour')));
        await store.delete('lot/1');
        await store.delete('lot/1');
        await store.delete('never/was');
        expect(await names(store, '')).toEqual(['lot/2']);
        await store.put('lot/1', chunks(text('new')));
        expect(await content(store, 'lot/1')).toEqual(text('new'));
      });
    });

    describe('list', () => {
      it('lists by prefix in byte order', async () => {
        const all = ['a', 'a-b/c', 'ab/0', 'ab/c/d', 'ab.c', 'b/1', 'b/10', 'b/2'];
        for (const name of all) await store.put(name, chunks(text(name)));
        expect(await names(store, '')).toEqual([...all].sort());
        expect(await names(store, 'ab')).toEqual(['ab.c', 'ab/0', 'ab/c/d']);
        expect(await names(store, 'ab/')).toEqual(['ab/0', 'ab/c/d']);
        expect(await names(store, 'b/1')).toEqual(['b/1', 'b/10']);
        expect(await names(store, 'c/d')).toEqual([]);
      });
    });

    describe('names', () => {
      const hostile = [
        '',
        '/',
        '/etc/passwd',
        '..',
        '../outside',
        'a/../../outside',
        'a/./b',
        'a/.../b',
        'a//b',
        'a/',
        'A',
        'a b',
        'a\\b',
        'a\0b',
        'a\nb',
        'é',
        '%2e%2e',
        'a'.repeat(201),
        Array.from({ length: 300 }, () => 'abc').join('/'),
      ];
      it.each(hostile)('refuses %j everywhere', async name => {
        const refused = coded('object_name_invalid');
        await expect(store.put(name, chunks(text('x')))).rejects.toSatisfy(refused);
        await expect(content(store, name)).rejects.toSatisfy(refused);
        await expect(store.size(name)).rejects.toSatisfy(refused);
        await expect(store.delete(name)).rejects.toSatisfy(refused);
      });

      it.each(['/', '../', 'a/../', 'a//', 'A', 'a\0'])('refuses the prefix %j', async prefix => {
        await expect(names(store, prefix)).rejects.toSatisfy(coded('object_name_invalid'));
      });

      it.each(['.hidden', 'a.b', '-', '_', '0', '..a', 'a..', 'x/y/z', 'a'.repeat(200)])(
        'takes %j',
        async name => {
          await store.put(name, chunks(text('x')));
          expect(await names(store, '')).toEqual([name]);
        },
      );
    });
  });
}
