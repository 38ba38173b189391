import { beforeEach, describe, expect, it } from 'vitest';
import { Keyring } from './keyring.ts';
import { randomKeys } from './keyring-keys.ts';
import type { KeyId } from './keyring-rows.ts';
import { startRing } from './keyring-start.ts';
import type { RotationChange } from './rotation-plan.ts';
import { fingerprint } from './testing/adversary.ts';
import { MemoryKeyringStore } from './testing/memory-keyring-store.ts';
import { MemoryRootSlot } from './testing/memory-root-slot.ts';
import { refusal } from './testing/refusal.ts';
import { addFreshKey } from './testing/ring-under-test.ts';
import { slotWith } from './testing/slot-with.ts';

const ONLY_ROOT: RotationChange = { erase: [], replace: [] };

describe('a rotation', () => {
  let slot: MemoryRootSlot;
  let keyring: Keyring;
  let store: MemoryKeyringStore;
  let ids: readonly KeyId[];
  let values: ReadonlyMap<KeyId, string>;
  beforeEach(async () => {
    slot = new MemoryRootSlot();
    keyring = new Keyring('files', slot);
    store = new MemoryKeyringStore('files', 3);
    await startRing(keyring, store);
    const added = [];
    for (let n = 0; n < 8; n++) added.push(await addFreshKey({ keyring, store }));
    ids = added.map(({ id }) => id);
    values = new Map(added.map(({ id, value }) => [id, value]));
  });

  const id = (index: number) => ids[index] ?? '';
  const rotate = (change: RotationChange) =>
    store.transaction('exclusive', ring => keyring.rotate(ring, change));
  const rows = () => store.snapshot('all');
  const expectOpens = async (expected: ReadonlyMap<KeyId, string>) => {
    const keys = await keyring.openKeys(store, [...expected.keys()]);
    expect(new Map([...keys].map(([key, value]) => [key, fingerprint(value)]))).toEqual(expected);
  };

  it('changes the root of every bucket, and nothing else, when that is all', async () => {
    const before = await rows();
    expect(await rotate(ONLY_ROOT)).toEqual({ from: 1, to: 2 });
    const after = await rows();
    expect(after.epoch).toBe(2);
    expect(after.keys).toEqual(before.keys);
    expect(after.buckets.map(row => [row.id, row.version, row.epoch])).toEqual(
      before.buckets.map(row => [row.id, row.version, 2]),
    );
    expect(await slot.list()).toEqual([1, 2]);
    await slot.destroy(1);
    await expectOpens(values);
  });

  it('gives a touched bucket a new key and its neighbours new seals, and leaves the others', async () => {
    const before = await rows();
    const replacement = randomKeys.draw();
    await rotate({ erase: [id(0)], replace: [{ id: id(1), key: replacement }] });
    await slot.destroy(1);
    const after = await rows();
    expect(after.buckets.map(({ version }) => version)).toEqual([2, 1, 1]);
    expect(after.keys.slice(2)).toEqual(before.keys.slice(3));
    expect(after.keys[1]?.sealedKey).not.toEqual(before.keys[2]?.sealedKey);
    const expected = new Map([...values, [id(1), fingerprint(replacement)]]);
    expected.delete(id(0));
    await expectOpens(expected);
    await expect(keyring.openKey(store, id(0))).rejects.toEqual(refusal('key_absent'));
  });

  it('takes away a bucket that its last key has left', async () => {
    await rotate({ erase: ids.slice(0, 3), replace: [] });
    expect((await rows()).buckets).toHaveLength(2);
    await rotate({ erase: ids.slice(3), replace: [] });
    expect(await rows()).toMatchObject({ epoch: 3, buckets: [], keys: [] });
  });

  it('takes a root id above what a failed attempt has used', async () => {
    await slot.create(7);
    expect(await rotate(ONLY_ROOT)).toEqual({ from: 1, to: 8 });
    await expectOpens(values);
  });

  it('is refused before it makes a root when it cannot be', async () => {
    const stranger = 'ffffffff-ffff-4fff-bfff-ffffffffffff';
    const key = randomKeys.draw();
    for (const [change, code] of [
      [{ erase: [stranger], replace: [] }, 'key_absent'],
      [{ erase: [], replace: [{ id: stranger, key }] }, 'key_absent'],
      [{ erase: [id(0), id(0)], replace: [] }, 'change_contradictory'],
      [{ erase: [id(0)], replace: [{ id: id(0), key }] }, 'change_contradictory'],
      [{ erase: ['X'], replace: [] }, 'key_malformed'],
    ] as const) {
      await expect(rotate(change)).rejects.toEqual(refusal(code));
    }
    const shared = store.transaction('shared', ring => keyring.rotate(ring, ONLY_ROOT));
    await expect(shared).rejects.toEqual(refusal('lock_not_exclusive'));
    expect(await slot.list()).toEqual([1]);
    await expectOpens(values);
  });

  it('refuses to replace a key by itself', async () => {
    const key = await keyring.openKey(store, id(4));
    await expect(rotate({ erase: [], replace: [{ id: id(4), key }] })).rejects.toEqual(refusal('key_reused'));
    expect((await rows()).epoch).toBe(1);
    await expectOpens(values);
  });

  it('seals nothing under a root whose id somebody else claims at the same moment', async () => {
    const create = (root: number) => slot.create(root).then(() => slot.create(root));
    const overtaken = slotWith(slot, { create });
    const slower = new Keyring('files', overtaken);
    const lost = store.transaction('exclusive', ring => slower.rotate(ring, ONLY_ROOT));
    await expect(lost).rejects.toEqual(refusal('root_id_used'));
    expect((await rows()).epoch).toBe(1);
    await expectOpens(values);
  });

  describe('into another slot', () => {
    const moveTo = (to: MemoryRootSlot) => store.transaction('exclusive', ring => keyring.moveTo(to, ring));

    it('changes no key in a bucket, and leaves nothing that hangs on the old slot', async () => {
      const before = await rows();
      const next = new MemoryRootSlot();
      expect(await moveTo(next)).toEqual({ from: 1, to: 2 });
      expect((await rows()).keys).toEqual(before.keys);
      await slot.destroy(1);
      keyring = new Keyring('files', next);
      await expectOpens(values);
    });

    it('takes an id above all that either slot has used, there and back', async () => {
      const next = new MemoryRootSlot();
      await next.create(5);
      await slot.create(9);
      expect(await moveTo(next)).toEqual({ from: 1, to: 10 });
      const back = new Keyring('files', next);
      expect(await store.transaction('exclusive', ring => back.moveTo(slot, ring))).toEqual({
        from: 10,
        to: 11,
      });
      await expectOpens(values);
    });

    it('is refused under a shared lock, and before the first root', async () => {
      const next = new MemoryRootSlot();
      const shared = store.transaction('shared', ring => keyring.moveTo(next, ring));
      await expect(shared).rejects.toEqual(refusal('lock_not_exclusive'));
      const unstarted = new MemoryKeyringStore('files');
      await unstarted.found();
      const early = unstarted.transaction('exclusive', ring => keyring.moveTo(next, ring));
      await expect(early).rejects.toEqual(refusal('ring_not_started'));
      expect(await next.list()).toEqual([]);
    });
  });
});
