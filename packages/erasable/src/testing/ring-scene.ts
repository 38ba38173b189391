import { expect } from 'vitest';
import { Keyring } from '../keyring.ts';
import { randomKeys } from '../keyring-keys.ts';
import type { KeyId, KeyringStore, RingRows } from '../keyring-rows.ts';
import { startRing } from '../keyring-start.ts';
import type { RootSlot } from '../root-slot.ts';
import type { RotationChange } from '../rotation-plan.ts';
import { adversaryOpens, fingerprint } from './adversary.ts';
import { Death, MortalProcess } from './mortal-process.ts';
import { addFreshKey, type Mirrors, type Parts, recover, shredKeys } from './ring-under-test.ts';

/** A ring, its mirror, every copy of its rows that there ever was, and what its keys ought to be. */
export class RingScene<Store extends KeyringStore> {
  readonly slot: RootSlot;
  readonly store: Store;
  readonly keyring: Keyring;
  readonly mirrors: Mirrors = new Map();
  readonly living = new Map<KeyId, string>();
  readonly gone = new Map<KeyId, Set<string>>();
  readonly #copies: readonly RingRows[];

  /** @param copies grows with every state of the rows, also those that were never committed */
  constructor(slot: RootSlot, store: Store, copies: readonly RingRows[]) {
    this.slot = slot;
    this.store = store;
    this.keyring = new Keyring(store.ring, slot);
    this.#copies = copies;
  }

  async start(keys: number): Promise<this> {
    await startRing(this.keyring, this.store);
    for (let n = 0; n < keys; n++) await this.add();
    return this;
  }

  async add(): Promise<void> {
    const { id, value } = await addFreshKey(this);
    this.living.set(id, value);
  }

  change(erase: readonly number[], replace: readonly number[]): RotationChange {
    const ids = [...this.living.keys()];
    const pick = (places: readonly number[]) => [...new Set(places.map(at => ids[at % ids.length] ?? ''))];
    const erased = ids.length === 0 ? [] : pick(erase);
    const replaced = ids.length === 0 ? [] : pick(replace).filter(id => !erased.includes(id));
    return { erase: erased, replace: replaced.map(id => ({ id, key: randomKeys.draw() })) };
  }

  /** Takes the change as done: what it erased or replaced must be gone from now on. */
  expectDone({ erase, replace }: RotationChange): void {
    for (const id of [...erase, ...replace.map(one => one.id)]) {
      this.gone.set(id, (this.gone.get(id) ?? new Set()).add(this.living.get(id) ?? ''));
    }
    for (const id of erase) this.living.delete(id);
    for (const { id, key } of replace) this.living.set(id, fingerprint(key));
  }

  /** Every living key opens; nobody opens another, with all copies that ever were and all roots that are. */
  async check(): Promise<void> {
    const keys = await this.keyring.openKeys(this.store, [...this.living.keys()]);
    expect(new Map([...keys].map(([id, key]) => [id, fingerprint(key)]))).toEqual(this.living);
    const loot = await adversaryOpens(this.slot, this.#copies);
    for (const [id, values] of this.gone) {
      expect([...(loot.get(id) ?? [])].filter(value => values.has(value))).toEqual([]);
    }
    for (const [id, value] of this.living) expect(loot.get(id)?.has(value)).toBe(true);
  }

  /** The same ring, in the hands of a process that dies. */
  inHandsOf(process: MortalProcess): Parts {
    return {
      keyring: new Keyring(this.store.ring, process.slot(this.slot)),
      store: process.store(this.store),
    };
  }

  /** A shred by a process that dies after `steps`, then recovery, then the shred again if the first never committed. */
  async shredWithDeath(change: RotationChange, steps: number): Promise<MortalProcess> {
    const process = new MortalProcess(steps);
    const epoch = await this.store.epoch();
    const dying = shredKeys(this.inHandsOf(process), this.mirrors, change);
    await dying.catch(fault => expect(fault).toBeInstanceOf(Death));
    await recover(this, this.mirrors);
    if ((await this.store.epoch()) === epoch) await shredKeys(this, this.mirrors, change);
    this.expectDone(change);
    expect(await this.slot.list()).toEqual([await this.store.epoch()]);
    return process;
  }
}
