import { SecretBytes } from '@seedlot/domain';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RootHandle, RootId, RootSlot } from '../root-slot.ts';
import { refusal } from './refusal.ts';

/** Two ways into one empty slot, as two processes would have them, and how to be rid of it. */
export interface SlotUnderTest extends AsyncDisposable {
  readonly slot: RootSlot;
  readonly otherProcess: RootSlot;
}

const text = (words: string) => Buffer.from(words);
const AAD = text('context');

/** The contract of `RootSlot`, run against an adapter; `open` gives an empty slot each time. */
export function describeRootSlot(adapter: string, open: () => Promise<SlotUnderTest>): void {
  describe(`${adapter} as a root slot`, () => {
    let subject: SlotUnderTest;
    let slot: RootSlot;
    beforeEach(async () => {
      subject = await open();
      slot = subject.slot;
    });
    afterEach(() => subject[Symbol.asyncDispose]());

    describe('ids', () => {
      it('start with none used', async () => {
        expect(await slot.list()).toEqual([]);
        expect(await slot.highWater()).toBe(0);
      });

      it('rise, with gaps, and are listed ascending', async () => {
        for (const id of [1, 2, 9, 10]) await slot.create(id);
        expect(await slot.list()).toEqual([1, 2, 9, 10]);
        expect(await slot.highWater()).toBe(10);
      });

      it.each([0, -1, 1.5, Number.NaN, 2 ** 53, '1' as unknown as number])('are never %s', async id => {
        for (const use of [() => slot.create(id), () => slot.open(id), () => slot.destroy(id)]) {
          await expect(use()).rejects.toEqual(refusal('root_id_malformed'));
        }
        expect(await slot.list()).toEqual([]);
      });

      it('are never given twice, not even after the root is gone', async () => {
        await slot.create(5);
        await slot.destroy(5);
        for (const id of [5, 4, 1]) await expect(slot.create(id)).rejects.toEqual(refusal('root_id_used'));
        expect(await slot.list()).toEqual([]);
        expect(await slot.highWater()).toBe(5);
      });

      it('go to one of many that ask at once', async () => {
        for (let id = 1; id <= 20; id++) {
          const sides = [slot, subject.otherProcess];
          const asked = [...sides, ...sides].map(side => side.create(id));
          const refused = (await Promise.allSettled(asked)).filter(one => one.status === 'rejected');
          expect(refused.length).toBeGreaterThanOrEqual(asked.length - 1);
          for (const { reason } of refused) expect(reason).toEqual(refusal('root_id_used'));
          expect(await slot.highWater()).toBe(id);
        }
      });

      it('keep the mark the highest that any of those who raced for it claimed', async () => {
        const claims = [3, 7, 1, 6, 2, 5, 4].map((id, index) =>
          (index % 2 ? slot : subject.otherProcess).create(id),
        );
        const won = (await Promise.allSettled(claims)).filter(one => one.status === 'fulfilled');
        expect(won.length).toBeGreaterThan(0);
        expect(await slot.highWater()).toBe(7);
        for (let id = 1; id <= 7; id++)
          await expect(slot.create(id)).rejects.toEqual(refusal('root_id_used'));
      });
    });

    describe('an open root', () => {
      it('opens what it sealed, in this process and the next', async () => {
        await slot.create(1);
        const any = fc.uint8Array({ maxLength: 100 });
        await fc.assert(
          fc.asyncProperty(any, any, async (aad, plaintext) => {
            const sealed = await withRoot(slot, 1, root => root.seal(aad, plaintext));
            using opened = await withRoot(subject.otherProcess, 1, root => root.unseal(aad, sealed));
            expect(opened).toBeInstanceOf(SecretBytes);
            expect([...opened.bytes]).toEqual([...plaintext]);
          }),
          { numRuns: 20 },
        );
      });

      it('refuses another context, another root, and every flipped bit or lost end', async () => {
        await slot.create(1);
        await slot.create(2);
        const sealed = await withRoot(slot, 1, root => root.seal(AAD, text('plain')));
        const refused = refusal('seal_not_authentic');
        await withRoot(slot, 2, root => expect(root.unseal(AAD, sealed)).rejects.toEqual(refused));
        await withRoot(slot, 1, root => expect(root.unseal(text('other'), sealed)).rejects.toEqual(refused));
        for (let length = 0; length < sealed.byteLength; length++) {
          const end = sealed.subarray(0, length);
          await withRoot(slot, 1, root => openedAs(root, end, 'plain'));
        }
        for (let bit = 0; bit < sealed.byteLength * 8; bit++) {
          const mutant = Uint8Array.from(sealed);
          mutant[bit >> 3] = (mutant[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          await withRoot(slot, 1, root => openedAs(root, mutant, 'plain'));
        }
      });

      it('is of no use once closed', async () => {
        await slot.create(1);
        const root = await slot.open(1);
        const sealed = await root.seal(AAD, text('plain'));
        await root[Symbol.asyncDispose]();
        await expect(root.seal(AAD, text('plain'))).rejects.toEqual(refusal('root_closed'));
        await expect(root.unseal(AAD, sealed)).rejects.toEqual(refusal('root_closed'));
      });

      it('is random: two slots with one id share nothing', async () => {
        await using other = await open();
        await slot.create(1);
        await other.slot.create(1);
        const sealed = await withRoot(slot, 1, root => root.seal(AAD, text('plain')));
        await withRoot(other.slot, 1, root =>
          expect(root.unseal(AAD, sealed)).rejects.toEqual(refusal('seal_not_authentic')),
        );
      });
    });

    describe('a root that is not there', () => {
      it('is missing, before and after', async () => {
        await expect(slot.open(1)).rejects.toEqual(refusal('root_missing'));
        await slot.create(1);
        await slot.destroy(1);
        await expect(slot.open(1)).rejects.toEqual(refusal('root_missing'));
        await expect(subject.otherProcess.open(1)).rejects.toEqual(refusal('root_missing'));
      });

      it('is confirmed gone as often as one asks, and leaves its neighbours', async () => {
        for (const id of [1, 2, 3]) await slot.create(id);
        await slot.destroy(2);
        await subject.otherProcess.destroy(2);
        await slot.destroy(99);
        expect(await slot.list()).toEqual([1, 3]);
        await withRoot(slot, 3, root => root.seal(AAD, text('plain')));
      });
    });
  });
}

async function withRoot<T>(slot: RootSlot, id: RootId, work: (root: RootHandle) => Promise<T>): Promise<T> {
  await using root = await slot.open(id);
  return await work(root);
}

/** Bytes that an attacker changed open as what was sealed (a mirror needs only one good part) or not at all. */
async function openedAs(root: RootHandle, sealed: Uint8Array, plain: string): Promise<void> {
  try {
    using opened = await root.unseal(AAD, sealed);
    expect(Buffer.from(opened.bytes).toString()).toBe(plain);
  } catch (fault) {
    expect(fault).toEqual(refusal('seal_not_authentic'));
  }
}
