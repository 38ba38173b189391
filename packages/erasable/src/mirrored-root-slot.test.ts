import { describe, expect, it } from 'vitest';
import { ErasableError } from './errors.ts';
import { MirroredRootSlot } from './mirrored-root-slot.ts';
import type { RootSlot } from './root-slot.ts';
import { MemoryRootSlot } from './testing/memory-root-slot.ts';
import { refusal } from './testing/refusal.ts';
import { describeRootSlot } from './testing/root-slot-conformance.ts';

const AAD = Buffer.from('context');

describeRootSlot('MirroredRootSlot', async () => {
  const [first, second] = [new MemoryRootSlot(), new MemoryRootSlot()];
  return {
    slot: new MirroredRootSlot([first, second]),
    otherProcess: new MirroredRootSlot([second, first]),
    [Symbol.asyncDispose]: async () => undefined,
  };
});

describe('a mirror', () => {
  it('of one slot is none', () => {
    for (const slots of [[], [new MemoryRootSlot()]]) {
      expect(() => new MirroredRootSlot(slots)).toThrow(refusal('slot_incomplete'));
    }
  });

  it('opens what was sealed with any one of its slots, in any order', async () => {
    const slots = [new MemoryRootSlot(), new MemoryRootSlot(), new MemoryRootSlot()];
    const sealed = await sealedUnder(new MirroredRootSlot(slots));
    for (const survivor of slots) {
      for (const left of [
        [survivor, down()],
        [down(), down(), survivor],
        [new MemoryRootSlot(), survivor],
      ]) {
        expect(await unsealedBy(new MirroredRootSlot(left), sealed)).toBe('plain');
      }
    }
  });

  it('has another root in each slot under the one id', async () => {
    const [first, second] = [new MemoryRootSlot(), new MemoryRootSlot()];
    await new MirroredRootSlot([first, second]).create(1);
    await using root = await first.open(1);
    await using other = await second.open(1);
    const sealed = await root.seal(AAD, Buffer.from('plain'));
    await expect(other.unseal(AAD, sealed)).rejects.toEqual(refusal('seal_not_authentic'));
  });

  it('seals nothing, makes nothing and lists nothing while a slot is away', async () => {
    const first = new MemoryRootSlot();
    const whole = new MirroredRootSlot([first, new MemoryRootSlot()]);
    await whole.create(1);
    const torn = new MirroredRootSlot([first, down()]);
    await using root = await torn.open(1);
    await expect(root.seal(AAD, Buffer.from('plain'))).rejects.toEqual(refusal('slot_incomplete'));
    for (const use of [() => torn.create(2), () => torn.list(), () => torn.highWater()]) {
      await expect(use()).rejects.toEqual(refusal('slot_unreachable'));
    }
    expect(await first.list()).toEqual([1]);
  });

  it('is gone only when every slot confirms', async () => {
    const [first, second] = [new MemoryRootSlot(), new MemoryRootSlot()];
    const whole = new MirroredRootSlot([first, second]);
    const sealed = await sealedUnder(whole);
    await expect(new MirroredRootSlot([first, down()]).destroy(1)).rejects.toEqual(
      refusal('root_not_destroyed'),
    );
    expect(await whole.list()).toEqual([1]);
    expect(await unsealedBy(whole, sealed)).toBe('plain');
    await whole.destroy(1);
    expect([await first.list(), await second.list()]).toEqual([[], []]);
    await expect(whole.open(1)).rejects.toEqual(refusal('root_missing'));
  });

  it('does not call a root missing that a slot which is away may hold', async () => {
    const torn = new MirroredRootSlot([new MemoryRootSlot(), down()]);
    await expect(torn.open(1)).rejects.toEqual(refusal('slot_unreachable'));
  });

  it('lists and destroys a root that a crash left in one slot only, and never gives its id again', async () => {
    const [first, second] = [new MemoryRootSlot(), new MemoryRootSlot()];
    await first.create(4);
    const whole = new MirroredRootSlot([first, second]);
    expect(await whole.list()).toEqual([4]);
    await expect(whole.create(4)).rejects.toEqual(refusal('root_id_used'));
    await whole.destroy(4);
    expect(await whole.list()).toEqual([]);
    await whole.create(5);
    expect([await first.list(), await second.list()]).toEqual([[5], [5]]);
  });

  it('takes an empty slot in the place of a lost one: the next root is in both', async () => {
    const first = new MemoryRootSlot();
    const sealed = await sealedUnder(new MirroredRootSlot([first, new MemoryRootSlot()]));
    const fresh = new MemoryRootSlot();
    const repaired = new MirroredRootSlot([first, fresh]);
    expect(await unsealedBy(repaired, sealed)).toBe('plain');
    await repaired.create(2);
    expect(await fresh.list()).toEqual([2]);
  });

  it('does not open what another mirror of the same shape sealed', async () => {
    const mirror = () => new MirroredRootSlot([new MemoryRootSlot(), new MemoryRootSlot()]);
    const sealed = await sealedUnder(mirror());
    const other = mirror();
    await other.create(1);
    await expect(unsealedBy(other, sealed)).rejects.toEqual(refusal('seal_not_authentic'));
    await expect(unsealedBy(other, Buffer.from('fffffffff0', 'hex'))).rejects.toEqual(
      refusal('seal_not_authentic'),
    );
  });
});

async function sealedUnder(slot: RootSlot): Promise<Uint8Array> {
  await slot.create(1);
  await using root = await slot.open(1);
  return await root.seal(AAD, Buffer.from('plain'));
}

async function unsealedBy(slot: RootSlot, sealed: Uint8Array): Promise<string> {
  await using root = await slot.open(1);
  using opened = await root.unseal(AAD, sealed);
  return Buffer.from(opened.bytes).toString();
}

/** A slot that does not answer. */
function down(): RootSlot {
  const refuse = async () => {
    throw new ErasableError('slot_unreachable', 'connection refused');
  };
  return { create: refuse, open: refuse, destroy: refuse, list: refuse, highWater: refuse };
}
