import { generateKeySync, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { ErasableError } from './errors.ts';
import { Keyring } from './keyring.ts';
import { randomKeys } from './keyring-keys.ts';
import type { KeyringRows, RingRows } from './keyring-rows.ts';
import { startRing } from './keyring-start.ts';
import { fingerprint } from './testing/adversary.ts';
import { MemoryKeyringStore } from './testing/memory-keyring-store.ts';
import { MemoryRootSlot } from './testing/memory-root-slot.ts';
import { refusal } from './testing/refusal.ts';
import { addFreshKey, shredKeys } from './testing/ring-under-test.ts';
import { slotWith } from './testing/slot-with.ts';

describe('a keyring', () => {
  let slot: MemoryRootSlot;
  let keyring: Keyring;
  let store: MemoryKeyringStore;
  beforeEach(async () => {
    slot = new MemoryRootSlot();
    keyring = new Keyring('seeds', slot);
    store = new MemoryKeyringStore('seeds');
    await startRing(keyring, store);
  });

  const parts = () => ({ keyring, store });
  const rows = () => store.snapshot('all');
  const reading = (state: RingRows): KeyringRows => ({
    ring: state.ring,
    find: async () => state,
    snapshot: async () => state,
  });

  it('gives back the keys that it was given, in buckets of 256', async () => {
    const added = [];
    for (let n = 0; n < 257; n++) added.push(await addFreshKey(parts()));
    const keys = await keyring.openKeys(
      store,
      added.map(({ id }) => id),
    );
    for (const { id, value } of added) expect(fingerprint(keys.get(id) ?? randomKeys.draw())).toBe(value);
    const { buckets } = await rows();
    expect(buckets).toHaveLength(2);
    expect(buckets.every(({ version, epoch }) => version === 1 && epoch === 1)).toBe(true);
  });

  it('opens a key inside the transaction that added it, before anybody else can', async () => {
    const [id, key] = [randomUUID(), randomKeys.draw()];
    await store.transaction('shared', async ring => {
      await keyring.addKey(ring, { id, kind: 'file', key });
      expect((await keyring.openKey(ring, id)).equals(key)).toBe(true);
      await expect(keyring.openKey(store, id)).rejects.toEqual(refusal('key_absent'));
    });
    expect((await keyring.openKey(store, id)).equals(key)).toBe(true);
  });

  it('refuses an id twice, an id in another spelling, and what is no AES-256 key', async () => {
    const { id, value } = await addFreshKey(parts());
    const before = await rows();
    const add = (entry: { id: string; bits: number }) =>
      store.transaction('shared', ring =>
        keyring.addKey(ring, {
          id: entry.id,
          kind: 'page',
          key: generateKeySync('aes', { length: entry.bits as 256 }),
        }),
      );
    await expect(add({ id, bits: 256 })).rejects.toEqual(refusal('key_exists'));
    await expect(add({ id: id.toUpperCase(), bits: 256 })).rejects.toEqual(refusal('key_malformed'));
    await expect(add({ id: randomUUID(), bits: 128 })).rejects.toEqual(refusal('key_malformed'));
    expect(await rows()).toEqual(before);
    expect(fingerprint(await keyring.openKey(store, id))).toBe(value);
  });

  it('says which key it does not have', async () => {
    const id = randomUUID();
    await expect(keyring.openKey(store, id)).rejects.toMatchObject({
      code: 'key_absent',
      message: expect.stringContaining(id),
    });
    await expect(keyring.openKey(store, 'x')).rejects.toEqual(refusal('key_malformed'));
  });

  it('does not serve the rows of another ring, nor a ring without a root', async () => {
    const other = new MemoryKeyringStore('files');
    await other.found();
    const refused = refusal('ring_mismatch');
    await expect(keyring.openKey(other, randomUUID())).rejects.toEqual(refused);
    await expect(addFreshKey({ keyring, store: other })).rejects.toEqual(refused);
    await expect(shredKeys({ keyring, store: other }, new Map(), { erase: [], replace: [] })).rejects.toEqual(
      refused,
    );
    const unstarted = { keyring: new Keyring('files', slot), store: other };
    await expect(addFreshKey(unstarted)).rejects.toEqual(refusal('ring_not_started'));
    expect(await slot.list()).toEqual([1]);
  });

  describe('the context of every row', () => {
    it('tells buckets and keys of one ring, place, version, epoch and kind from all others', async () => {
      const added = await addFreshKey(parts());
      const second = new MemoryKeyringStore('seeds', 1);
      second.restore(await rows());
      const neighbour = await addFreshKey({ keyring, store: second });
      const state = await second.snapshot('all');
      const [bucket, otherBucket] = state.buckets;
      const [key, otherKey] = state.keys;
      if (!bucket || !otherBucket || !key || !otherKey) throw new Error('two buckets of a key each');
      const forged: Partial<RingRows>[] = [
        { buckets: [{ ...bucket, version: 2 }, otherBucket], keys: [{ ...key, bucketVersion: 2 }] },
        { buckets: [{ ...bucket, sealedKey: otherBucket.sealedKey }, otherBucket] },
        { keys: [{ ...key, bucketVersion: 2 }] },
        { keys: [{ ...key, kind: 'frontier' }] },
        { keys: [{ ...key, id: neighbour.id }] },
        { keys: [{ ...otherKey, id: added.id }] },
        { keys: [{ ...key, sealedKey: otherKey.sealedKey }] },
        { keys: [{ ...key, bucket: otherBucket.id }] },
      ];
      expect(fingerprint(await keyring.openKey(reading(state), added.id))).toBe(added.value);
      for (const change of forged) {
        const asked = change.keys?.[0]?.id ?? added.id;
        await expect(keyring.openKey(reading({ ...state, ...change }), asked)).rejects.toEqual(
          refusal('seal_not_authentic'),
        );
      }
      const asFiles = reading({ ...state, ring: 'files' });
      await expect(new Keyring('files', slot).openKey(asFiles, added.id)).rejects.toEqual(
        refusal('seal_not_authentic'),
      );
      const loose = reading({ ...state, buckets: [otherBucket] });
      await expect(keyring.openKey(loose, added.id)).rejects.toEqual(refusal('ring_damaged'));
    });
  });

  it('binds a bucket to its epoch, even if two roots were the same', async () => {
    const key = randomKeys.draw();
    const twins = new MemoryRootSlot({ draw: () => key });
    const parts = { keyring: new Keyring('files', twins), store: new MemoryKeyringStore('files') };
    await startRing(parts.keyring, parts.store);
    const { id } = await addFreshKey(parts);
    await twins.create(2);
    const state = await parts.store.snapshot('all');
    const moved = { ...state, epoch: 2, buckets: state.buckets.map(row => ({ ...row, epoch: 2 })) };
    await expect(parts.keyring.openKey(reading(moved), id)).rejects.toEqual(refusal('seal_not_authentic'));
  });

  describe('opening while the root changes', () => {
    it.each(['root_missing', 'root_damaged'] as const)(
      'reads again, once, when the old root is going: %s',
      async code => {
        const { id, value } = await addFreshKey(parts());
        let reads = 0;
        const overtaken: KeyringRows = {
          ...reading(await rows()),
          find: async ids => {
            const state = await store.find(ids);
            if (reads++ === 0) await shredKeys(parts(), new Map(), { erase: [], replace: [] });
            return state;
          },
        };
        const open = async (root: number) => {
          if (root === 1) throw new ErasableError(code, 'going or gone');
          return slot.open(root);
        };
        const reader = new Keyring('seeds', slotWith(slot, { open }));
        expect(fingerprint(await reader.openKey(overtaken, id))).toBe(value);
        expect(reads).toBe(2);
      },
    );

    it('gives up when the root is missing and nothing moved', async () => {
      const { id } = await addFreshKey(parts());
      await slot.destroy(1);
      await expect(keyring.openKey(store, id)).rejects.toEqual(refusal('root_missing'));
    });
  });
});
