import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Keyring } from './keyring.ts';
import { recoverRing } from './recovery.ts';
import type { RotationChange } from './rotation-plan.ts';
import { MemoryKeyringStore } from './testing/memory-keyring-store.ts';
import { MemoryRootSlot } from './testing/memory-root-slot.ts';
import { Death, MortalProcess } from './testing/mortal-process.ts';
import { refusal } from './testing/refusal.ts';
import { RingScene } from './testing/ring-scene.ts';
import { recover, shredKeys } from './testing/ring-under-test.ts';
import { slotWith } from './testing/slot-with.ts';

const ONLY_ROOT: RotationChange = { erase: [], replace: [] };

type MemoryScene = RingScene<MemoryKeyringStore>;

/** In buckets of three keys. */
const sceneWith = (keys: number): Promise<MemoryScene> => {
  const store = new MemoryKeyringStore('seeds', 3);
  return new RingScene(new MemoryRootSlot(), store, store.copies).start(keys);
};

describe('a shred that dies between any two of its steps', () => {
  it('is made good: the erased keys are gone from every old copy, and every living key opens', async () => {
    let deaths = 0;
    for (let dead = true; dead; deaths++) {
      const scene = await sceneWith(7);
      dead = (await scene.shredWithDeath(scene.change([0, 6], [1, 3]), deaths)).dead;
      await scene.check();
    }
    expect(deaths).toBeGreaterThan(40);
  });

  it('is made good by a recovery that dies itself', async () => {
    for (let steps = 0, dead = true; dead; steps++) {
      const scene = await sceneWith(4);
      const change = scene.change([0], [1]);
      await scene.store.transaction('exclusive', ring => scene.keyring.rotate(ring, change));
      await scene.slot.create(9);
      scene.expectDone(change);
      const process = new MortalProcess(steps);
      const dying = recover(scene.inHandsOf(process), scene.mirrors);
      await dying.catch(fault => expect(fault).toBeInstanceOf(Death));
      dead = process.dead;
      await recover(scene, scene.mirrors);
      expect(await scene.slot.list()).toEqual([2]);
      await scene.check();
    }
  });

  it('is made good in any history of adding, shredding and dying', async () => {
    const places = fc.array(fc.nat(20), { maxLength: 3 });
    const step = fc.oneof(
      fc.constant({ kind: 'add' as const }),
      fc.record({ kind: fc.constant('shred' as const), erase: places, replace: places, steps: fc.nat(90) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async history => {
        const scene = await sceneWith(4);
        for (const event of history) {
          if (event.kind === 'add') await scene.add();
          else await scene.shredWithDeath(scene.change(event.erase, event.replace), event.steps);
        }
        await scene.check();
      }),
      { numRuns: 40 },
    );
  });
});

describe('recovery', () => {
  let scene: MemoryScene;
  beforeEach(async () => {
    scene = await sceneWith(4);
  });

  const recovery = () => recoverRing(scene.keyring, scene.store, async () => undefined);
  const refused = refusal('ring_needs_recover');

  it('finds nothing to do in a sound ring', async () => {
    expect(await recovery()).toEqual({ epoch: 1, destroyed: [] });
    await scene.check();
  });

  it('destroys nothing before the interrupted shred is finished', async () => {
    await scene.store.transaction('exclusive', ring => scene.keyring.rotate(ring, ONLY_ROOT));
    const unfinished = recoverRing(scene.keyring, scene.store, async epoch => {
      expect([epoch, await scene.slot.list()]).toEqual([2, [1, 2]]);
      throw new Error('the object store is away');
    });
    await expect(unfinished).rejects.toThrow('the object store is away');
    expect(await scene.slot.list()).toEqual([1, 2]);
  });

  it('leaves a root alone that a rotation made after the roots were listed', async () => {
    await recoverRing(scene.keyring, scene.store, async () => {
      await scene.store.transaction('exclusive', ring => scene.keyring.rotate(ring, ONLY_ROOT));
    });
    expect(await scene.slot.list()).toEqual([1, 2]);
    await scene.check();
  });

  it('leaves a root alone that became current while it waited for the lock', async () => {
    const list = async () => {
      const listed = await scene.slot.list();
      await scene.store.transaction('exclusive', ring => scene.keyring.rotate(ring, ONLY_ROOT));
      return [...listed, 2];
    };
    const slot = slotWith(scene.slot, { list });
    const recovered = await recoverRing(new Keyring('seeds', slot), scene.store, async () => undefined);
    expect(recovered).toEqual({ epoch: 2, destroyed: [1] });
    await scene.check();
  });

  it.each<[string, (scene: MemoryScene) => Promise<void>]>([
    ['the current root is not in the slot', ({ slot }) => slot.destroy(1)],
    [
      'a bucket does not open under it',
      async ({ store }) => {
        const rows = await store.snapshot('all');
        const buckets = rows.buckets.map((row, at) =>
          at === 1 ? { ...row, sealedKey: Buffer.alloc(60) } : row,
        );
        store.restore({ ...rows, buckets });
      },
    ],
    [
      'the database was put back to an epoch whose root is gone',
      async parts => {
        const before = await parts.store.snapshot('all');
        await shredKeys(parts, parts.mirrors, ONLY_ROOT);
        parts.store.restore(before);
      },
    ],
  ])('destroys nothing and asks for help when %s', async (_, harm) => {
    await harm(scene);
    await scene.slot.create(5);
    const roots = await scene.slot.list();
    await expect(recovery()).rejects.toEqual(refused);
    expect(await scene.slot.list()).toEqual(roots);
  });

  it('destroys nothing when the database knows no ring', async () => {
    const empty = new MemoryKeyringStore('seeds');
    await expect(recoverRing(scene.keyring, empty, async () => undefined)).rejects.toEqual(refused);
    expect(await scene.slot.list()).toEqual([1]);
  });

  it('does not take a slot or a database that is away for a contradiction', async () => {
    const away = new Error('connection refused');
    const open = async () => {
      throw away;
    };
    const slot = slotWith(scene.slot, { open });
    await expect(recoverRing(new Keyring('seeds', slot), scene.store, async () => undefined)).rejects.toBe(
      away,
    );
  });
});
