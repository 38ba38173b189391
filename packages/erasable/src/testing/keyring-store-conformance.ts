import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BUCKET_KEYS,
  type BucketRow,
  type KeyRow,
  type KeyringStore,
  type RingRows,
} from '../keyring-rows.ts';
import { refusal } from './refusal.ts';

/** A store without a ring, and how to be rid of it. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: KeyringStore;
}

/** The contract of `KeyringStore` and its transactions, run against an adapter; `open` gives an empty one each time. */
export function describeKeyringStore(adapter: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${adapter} as a keyring store`, () => {
    let subject: StoreUnderTest;
    let store: KeyringStore;
    beforeEach(async () => {
      subject = await open();
      store = subject.store;
    });
    afterEach(() => subject[Symbol.asyncDispose]());

    const rows = () => store.snapshot('all');
    const moveTo = (
      from: number,
      to: number,
      more: Partial<RingRows> & { erased?: string[]; emptied?: string[] } = {},
    ) =>
      store.transaction('exclusive', ring =>
        ring.replace({ from, to, buckets: [], keys: [], erased: [], emptied: [], ...more }),
      );
    /** A ring at epoch 1 with so many keys, all in one bucket. */
    const withKeys = async (count: number): Promise<{ bucket: BucketRow; keys: KeyRow[] }> => {
      await store.found();
      await moveTo(0, 1);
      const bucket = bucketRow({ epoch: 1 });
      const keys = Array.from({ length: count }, () => keyIn(bucket));
      await store.transaction('shared', async ring => {
        await ring.insertBucket(bucket);
        for (const [index, key] of keys.entries()) {
          if (index > 0) await ring.claimBucket();
          await ring.insertKey(key);
        }
      });
      return { bucket, keys };
    };

    it('knows no ring before it is founded, and one at epoch 0 after, however often', async () => {
      const missing = refusal('ring_row_missing');
      expect(await store.epoch()).toBeNull();
      await expect(store.find([])).rejects.toEqual(missing);
      await expect(rows()).rejects.toEqual(missing);
      await expect(store.transaction('shared', async () => 1)).rejects.toEqual(missing);
      await store.found();
      await store.found();
      expect(await store.epoch()).toBe(0);
      expect(await rows()).toEqual({ ring: store.ring, epoch: 0, buckets: [], keys: [] });
      await moveTo(0, 3);
      await store.found();
      expect(await store.epoch()).toBe(3);
    });

    it('gives back the rows of the keys asked for, with their buckets only or with all', async () => {
      const { bucket, keys } = await withKeys(2);
      const other = bucketRow({ epoch: 1 });
      const stranger = keyIn(other);
      await store.transaction('shared', async ring => {
        await ring.insertBucket(other);
        await ring.insertKey(stranger);
      });
      const [first] = keys;
      const asked = [first?.id ?? '', randomUUID()];
      const head = { ring: store.ring, epoch: 1 };
      expect(await store.find(asked)).toEqual({ ...head, buckets: [bucket], keys: [first] });
      expect(await store.find([])).toEqual({ ...head, buckets: [], keys: [] });
      const some = await store.snapshot(asked);
      expect([new Set(some.buckets), some.keys]).toEqual([new Set([bucket, other]), [first]]);
      const all = await rows();
      expect([new Set(all.buckets), new Set(all.keys)]).toEqual([
        new Set([bucket, other]),
        new Set([...keys, stranger]),
      ]);
      await store.transaction('shared', async ring => {
        expect([ring.ring, ring.lock, ring.epoch]).toEqual([store.ring, 'shared', 1]);
        expect(await ring.find(asked)).toEqual({ ...head, buckets: [bucket], keys: [first] });
        expect(await ring.keysIn([other.id])).toEqual([stranger]);
        expect(await ring.keysIn([])).toEqual([]);
      });
    });

    it('has done nothing when the work throws', async () => {
      await withKeys(1);
      const before = await rows();
      const fault = new Error('changed its mind');
      const given = store.transaction('exclusive', async ring => {
        const bucket = bucketRow({ epoch: 1 });
        await ring.insertBucket(bucket);
        await ring.insertKey(keyIn(bucket));
        await ring.replace({ from: 1, to: 2, buckets: [], keys: [], erased: [], emptied: [] });
        throw fault;
      });
      await expect(given).rejects.toBe(fault);
      expect(await rows()).toEqual(before);
    });

    it('refuses an id that it has, and the transaction goes on', async () => {
      const { bucket, keys } = await withKeys(1);
      const [key] = keys;
      if (key === undefined) throw new Error('one key');
      const second = keyIn(bucket);
      await store.transaction('shared', async ring => {
        await ring.claimBucket();
        await expect(ring.insertKey({ ...second, id: key.id })).rejects.toEqual(refusal('key_exists'));
        await ring.insertKey(second);
      });
      expect(new Set((await rows()).keys)).toEqual(new Set([key, second]));
    });

    it(`finds room in a bucket until it holds ${BUCKET_KEYS} keys, and again when one of them is erased`, async () => {
      const { bucket, keys } = await withKeys(BUCKET_KEYS);
      const claim = () => store.transaction('shared', ring => ring.claimBucket());
      expect(await claim()).toBeNull();
      const next = { ...bucket, version: 2, epoch: 2 };
      const staying = keys.slice(1).map(key => ({ ...key, bucketVersion: 2 }));
      const erased = keys.slice(0, 1).map(({ id }) => id);
      await moveTo(1, 2, { buckets: [next], keys: staying, erased });
      expect(new Set((await rows()).keys)).toEqual(new Set(staying));
      expect(await claim()).toEqual(next);
    });

    it('takes buckets away that are empty', async () => {
      const { bucket, keys } = await withKeys(3);
      await moveTo(1, 2, { erased: keys.map(({ id }) => id), emptied: [bucket.id] });
      expect(await rows()).toEqual({ ring: store.ring, epoch: 2, buckets: [], keys: [] });
    });

    it('moves only from the epoch at which it is', async () => {
      await withKeys(1);
      const before = await rows();
      for (const from of [0, 2]) await expect(moveTo(from, 3)).rejects.toEqual(refusal('ring_moved'));
      expect(await rows()).toEqual(before);
    });

    it('never commits a bucket of another epoch than the ring, nor a key of another version than its bucket', async () => {
      const { bucket, keys } = await withKeys(2);
      const before = await rows();
      const [key, other] = keys;
      if (key === undefined || other === undefined) throw new Error('two keys');
      const rekeyed = { ...bucket, version: 2, epoch: 2 };
      const torn: Parameters<typeof moveTo>[2][] = [
        {},
        { buckets: [{ ...bucket, epoch: 1 }] },
        { buckets: [rekeyed] },
        { buckets: [rekeyed], keys: [{ ...key, bucketVersion: 2 }] },
        { buckets: [{ ...bucket, epoch: 2 }], keys: [{ ...key, bucketVersion: 2 }] },
        { emptied: [bucket.id], erased: [key.id] },
      ];
      for (const change of torn) {
        await expect(moveTo(1, 2, change)).rejects.toThrow();
        expect(await rows()).toEqual(before);
      }
      const late = store.transaction('shared', ring => ring.insertBucket(bucketRow({ epoch: 2 })));
      await expect(late).rejects.toThrow();
      const loose = store.transaction('shared', ring => ring.insertKey(keyIn(bucketRow({ epoch: 1 }))));
      await expect(loose).rejects.toThrow();
      expect(await rows()).toEqual(before);
    });

    it('runs work one after another that holds the lock exclusively', async () => {
      await store.found();
      const moves = Array.from({ length: 8 }, () =>
        store.transaction('exclusive', async ring => {
          const next = { from: ring.epoch, to: ring.epoch + 1 };
          await ring.replace({ ...next, buckets: [], keys: [], erased: [], emptied: [] });
          return ring.epoch;
        }),
      );
      expect(new Set(await Promise.all(moves))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
      expect(await store.epoch()).toBe(8);
    });
  });
}

function bucketRow({ epoch }: { epoch: number }): BucketRow {
  return { id: randomUUID(), version: 1, epoch, sealedKey: randomBytes(60) };
}

function keyIn(bucket: BucketRow): KeyRow {
  const place = { bucket: bucket.id, bucketVersion: bucket.version };
  return { id: randomUUID(), kind: 'page', ...place, sealedKey: randomBytes(60) };
}
