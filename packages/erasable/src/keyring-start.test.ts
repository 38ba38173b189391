import { beforeEach, describe, expect, it } from 'vitest';
import { Keyring } from './keyring.ts';
import { startRing } from './keyring-start.ts';
import { fingerprint } from './testing/adversary.ts';
import { MemoryKeyringStore } from './testing/memory-keyring-store.ts';
import { MemoryRootSlot } from './testing/memory-root-slot.ts';
import { Death, MortalProcess } from './testing/mortal-process.ts';
import { refusal } from './testing/refusal.ts';
import { addFreshKey, recover, shredKeys } from './testing/ring-under-test.ts';

describe('the start of a ring', () => {
  let slot: MemoryRootSlot;
  let keyring: Keyring;
  let store: MemoryKeyringStore;
  beforeEach(() => {
    slot = new MemoryRootSlot();
    keyring = new Keyring('seeds', slot);
    store = new MemoryKeyringStore('seeds');
  });

  it('makes a row, then one root, whoever starts with it and however often', async () => {
    const starts = Array.from({ length: 10 }, () => startRing(keyring, store));
    expect(new Set(await Promise.all(starts))).toEqual(new Set([1]));
    expect(await startRing(keyring, store)).toBe(1);
    expect(await slot.list()).toEqual([1]);
  });

  it('dies at any step, and is made good by the next', async () => {
    for (let steps = 0, dead = true; dead; steps++) {
      const fresh = { slot: new MemoryRootSlot(), store: new MemoryKeyringStore('seeds') };
      const process = new MortalProcess(steps);
      const first = startRing(new Keyring('seeds', process.slot(fresh.slot)), process.store(fresh.store));
      await first.catch(fault => expect(fault).toBeInstanceOf(Death));
      dead = process.dead;
      const parts = { keyring: new Keyring('seeds', fresh.slot), store: fresh.store };
      const epoch = await startRing(parts.keyring, parts.store);
      const { id, value } = await addFreshKey(parts);
      await recover(parts, new Map());
      expect(await fresh.slot.list()).toEqual([epoch]);
      expect(fingerprint(await parts.keyring.openKey(parts.store, id))).toBe(value);
    }
  });

  it('refuses roots that the database knows nothing of', async () => {
    await slot.create(3);
    await expect(startRing(keyring, store)).rejects.toEqual(refusal('ring_row_missing'));
    expect(await store.epoch()).toBeNull();
    expect(await slot.list()).toEqual([3]);
  });

  it('refuses a database whose root is not in the slot, and makes none', async () => {
    await startRing(keyring, store);
    const before = await store.snapshot('all');
    await shredKeys({ keyring, store }, new Map(), { erase: [], replace: [] });
    store.restore(before);
    await expect(startRing(keyring, store)).rejects.toEqual(refusal('ring_root_missing'));
    const elsewhere = new Keyring('seeds', new MemoryRootSlot());
    await expect(startRing(elsewhere, store)).rejects.toEqual(refusal('ring_root_missing'));
    expect(await slot.list()).toEqual([2]);
    expect(await elsewhere.slot.list()).toEqual([]);
  });
});
