import type { KeyObject } from 'node:crypto';
import { ErasableError } from '../errors.ts';
import { type KeySource, randomKeys } from '../keyring-keys.ts';
import { assertRootId, KeyRootHandle, type RootHandle, type RootId, type RootSlot } from '../root-slot.ts';

/** Roots that die with the process. For tests: nothing else may keep its roots so. */
export class MemoryRootSlot implements RootSlot {
  readonly #keys: KeySource;
  readonly #roots = new Map<RootId, KeyObject>();
  #highWater = 0;

  constructor(keys: KeySource = randomKeys) {
    this.#keys = keys;
  }

  async create(id: RootId): Promise<void> {
    assertRootId(id);
    if (id <= this.#highWater)
      throw new ErasableError('root_id_used', `root ${id} is not above ${this.#highWater}`);
    this.#highWater = id;
    this.#roots.set(id, this.#keys.draw());
  }

  async open(id: RootId): Promise<RootHandle> {
    assertRootId(id);
    const key = this.#roots.get(id);
    if (key === undefined) throw new ErasableError('root_missing', `no root ${id} in memory`);
    return new KeyRootHandle(key);
  }

  async destroy(id: RootId): Promise<void> {
    assertRootId(id);
    this.#roots.delete(id);
  }

  async list(): Promise<RootId[]> {
    return [...this.#roots.keys()].sort((a, b) => a - b);
  }

  async highWater(): Promise<RootId> {
    return this.#highWater;
  }

  /** What a backup that reaches into the slot would hold: the mistake that the adversary's tests must catch. */
  copy(): MemoryRootSlot {
    const copy = new MemoryRootSlot(this.#keys);
    for (const [id, key] of this.#roots) copy.#roots.set(id, key);
    copy.#highWater = this.#highWater;
    return copy;
  }
}
