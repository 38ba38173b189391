import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Keyring } from './keyring.ts';
import { exportRing, parseMirror } from './keyring-mirror.ts';
import type { RingRows } from './keyring-rows.ts';
import { startRing } from './keyring-start.ts';
import { verifyMirror, verifyRing } from './keyring-verify.ts';
import { MemoryKeyringStore } from './testing/memory-keyring-store.ts';
import { MemoryRootSlot } from './testing/memory-root-slot.ts';
import { refusal } from './testing/refusal.ts';
import { addFreshKey, shredKeys } from './testing/ring-under-test.ts';

describe('the mirror of a ring', () => {
  let keyring: Keyring;
  let store: MemoryKeyringStore;
  let ids: readonly string[];
  beforeEach(async () => {
    keyring = new Keyring('seeds', new MemoryRootSlot());
    store = new MemoryKeyringStore('seeds', 2);
    await startRing(keyring, store);
    ids = [];
    for (let n = 0; n < 5; n++) ids = [...ids, (await addFreshKey({ keyring, store })).id];
  });

  it('holds every row', async () => {
    const { ring, epoch, buckets, keys } = parseMirror(await exportRing(store));
    const rows = await store.snapshot('all');
    expect([ring, epoch]).toEqual(['seeds', 1]);
    expect(new Set(buckets)).toEqual(new Set(rows.buckets));
    expect(new Set(keys)).toEqual(new Set(rows.keys));
  });

  it('is the same bytes for the same rows in any order', async () => {
    const rows = await store.snapshot('all');
    const backwards = { ...rows, buckets: rows.buckets.toReversed(), keys: rows.keys.toReversed() };
    store.restore(backwards);
    const mirror = await exportRing(store);
    store.restore(rows);
    expect(await exportRing(store)).toEqual(mirror);
  });

  it('of a ring without keys is one line', async () => {
    const empty = new MemoryKeyringStore('files');
    await startRing(new Keyring('files', new MemoryRootSlot()), empty);
    expect(Buffer.from(await exportRing(empty)).toString()).toBe('["seedlot ring v1","files",1,0,0]\n');
  });

  it('is refused with any byte changed, cut, put in or twice there', async () => {
    const mirror = Buffer.from(await exportRing(store));
    const byte = fc.integer({ min: 1, max: 255 });
    const place = fc.nat(mirror.length - 1);
    const proof = { epoch: 1, keys: ids };
    const mutant = fc.oneof(
      fc
        .tuple(place, byte)
        .map(([at, by]) => mirror.map((value, index) => (index === at ? value ^ by : value))),
      place.map(at => mirror.subarray(0, at)),
      fc
        .tuple(place, byte)
        .map(([at, put]) => Buffer.concat([mirror.subarray(0, at), Buffer.of(put), mirror.subarray(at)])),
      fc.constant(Buffer.concat([mirror, mirror])),
    );
    const codes = ['mirror_malformed', 'ring_damaged', 'ring_mismatch', 'ring_moved'];
    await fc.assert(
      fc.asyncProperty(mutant, async bytes => {
        if (mirror.equals(bytes)) return;
        const fault = await verifyMirror(keyring, bytes, proof).then(
          () => null,
          fault => fault,
        );
        expect(codes).toContain(fault?.code);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    '',
    '\n',
    'x\n',
    '{}\n',
    '["seedlot ring v1","other",1,0,0]\n',
    '["seedlot ring v1","seeds",-1,0,0]\n',
    '["seedlot ring v1","seeds",1.5,0,0]\n',
    '["seedlot ring v1","seeds",1,1,0]\n',
    '["seedlot ring v1", "seeds",1,0,0]\n',
    '["seedlot ring v1","seeds",1,0,0]',
    '["seedlot ring v2","seeds",1,0,0]\n',
  ])('is refused when it is none: %j', text => {
    expect(() => parseMirror(Buffer.from(text))).toThrow(refusal('mirror_malformed'));
  });

  describe('and the ring itself', () => {
    const both = async (keys: readonly string[], epoch: number) => [
      () => verifyRing(keyring, store, { epoch, keys }),
      async () => verifyMirror(keyring, await exportRing(store), { epoch, keys }),
    ];

    it('are proved to open', async () => {
      for (const verify of await both(ids, 1)) await verify();
      await shredKeys({ keyring, store }, new Map(), { erase: ids.slice(0, 1), replace: [] });
      for (const verify of await both(ids.slice(1), 2)) await verify();
    });

    it('are not, with a key missing, at another epoch or of another ring', async () => {
      for (const verify of await both(['ffffffff-ffff-4fff-bfff-ffffffffffff'], 1)) {
        await expect(verify()).rejects.toEqual(refusal('ring_damaged'));
      }
      for (const verify of await both(ids, 2)) await expect(verify()).rejects.toEqual(refusal('ring_moved'));
      const files = new Keyring('files', keyring.slot);
      const mirror = await exportRing(store);
      await expect(verifyMirror(files, mirror, { epoch: 1, keys: [] })).rejects.toEqual(
        refusal('ring_mismatch'),
      );
    });

    it('are not, with any one bucket that does not open, whosever keys it holds', async () => {
      const rows = await store.snapshot('all');
      for (const broken of rows.buckets) {
        const buckets = rows.buckets.map(row =>
          row === broken ? { ...row, sealedKey: Buffer.alloc(60) } : row,
        );
        store.restore({ ...rows, buckets } satisfies RingRows);
        for (const verify of await both([], 1))
          await expect(verify()).rejects.toEqual(refusal('ring_damaged'));
      }
    });

    it('are not under a root that does not answer', async () => {
      await keyring.slot.destroy(1);
      for (const verify of await both([], 1)) await expect(verify()).rejects.toEqual(refusal('root_missing'));
    });
  });
});
