import { describe, expect, it } from 'vitest';
import { sealKey, unsealKey } from './aead.ts';
import { Keyring } from './keyring.ts';
import { type KeySource, randomKeys } from './keyring-keys.ts';
import { startRing } from './keyring-start.ts';
import type { RootId, RootSlot } from './root-slot.ts';
import { adversaryOpens, type Loot } from './testing/adversary.ts';
import { MemoryKeyringStore } from './testing/memory-keyring-store.ts';
import { MemoryRootSlot } from './testing/memory-root-slot.ts';
import { addFreshKey, shredKeys } from './testing/ring-under-test.ts';
import { slotWith } from './testing/slot-with.ts';

/** Ten keys in buckets of four; two are shredded. Returns what an adversary gets of each afterwards. */
async function shredTwoOfTen(
  slot: RootSlot,
  keys: KeySource,
  rootsThatExist: () => Promise<RootSlot> = async () => slot,
): Promise<{ shredded: number; living: number }> {
  const [keyring, store] = [new Keyring('seeds', slot, keys), new MemoryKeyringStore('seeds', 4)];
  await startRing(keyring, store);
  const added: { id: string; value: string }[] = [];
  for (let n = 0; n < 10; n++) added.push(await addFreshKey({ keyring, store }));
  const erase = [added[1], added[6]].map(key => key?.id ?? '');
  await shredKeys({ keyring, store }, new Map(), { erase, replace: [] });
  const loot = await adversaryOpens(await rootsThatExist(), store.copies);
  const [shredded, living] = [true, false].map(gone => added.filter(({ id }) => erase.includes(id) === gone));
  return { shredded: opened(loot, shredded ?? []), living: opened(loot, living ?? []) };
}

function opened(loot: Loot, keys: readonly { id: string; value: string }[]): number {
  return keys.filter(({ id, value }) => loot.get(id)?.has(value)).length;
}

/** A source that gives the same key again and again. */
function stuck(): KeySource {
  const key = randomKeys.draw();
  return { draw: () => key };
}

const ALL = { shredded: 2, living: 8 };

describe('an adversary with every old copy and every root that exists', () => {
  it('opens no shredded key, and every living one', async () => {
    expect(await shredTwoOfTen(new MemoryRootSlot(), randomKeys)).toEqual({ shredded: 0, living: 8 });
  });

  describe('opens all shredded keys of a ring', () => {
    it('whose old root was not destroyed', async () => {
      const slot = slotWith(new MemoryRootSlot(), { destroy: async () => undefined });
      expect(await shredTwoOfTen(slot, randomKeys)).toEqual(ALL);
    });

    it('whose next root was the old one under another id', async () => {
      expect(await shredTwoOfTen(new MemoryRootSlot(stuck()), randomKeys)).toEqual(ALL);
    });

    it('whose buckets kept their keys', async () => {
      expect(await shredTwoOfTen(new MemoryRootSlot(), stuck())).toEqual(ALL);
    });

    it('whose roots were in a backup', async () => {
      const slot = new MemoryRootSlot();
      const backups: MemoryRootSlot[] = [];
      const destroy = async (id: RootId) => {
        backups.push(slot.copy());
        await slot.destroy(id);
      };
      const fromBackup = async () => backups[0] ?? slot;
      expect(await shredTwoOfTen(slotWith(slot, { destroy }), randomKeys, fromBackup)).toEqual(ALL);
    });

    it('whose old root was kept under the new one', async () => {
      const roots = [randomKeys.draw(), randomKeys.draw()];
      const [oldRoot, newRoot] = roots;
      if (!oldRoot || !newRoot) throw new Error('two roots');
      const wrapped = sealKey(newRoot, Buffer.from('the former root'), oldRoot);
      const slot = new MemoryRootSlot({ draw: () => roots.shift() ?? randomKeys.draw() });
      const unwrapped = async () => {
        const former = unsealKey(newRoot, Buffer.from('the former root'), wrapped);
        const copy = new MemoryRootSlot({ draw: () => former });
        await copy.create(1);
        return copy;
      };
      expect(await shredTwoOfTen(slot, randomKeys, unwrapped)).toEqual(ALL);
    });
  });
});
