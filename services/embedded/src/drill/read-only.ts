import type { RootHandle, RootId, RootSlot } from '@seedlot/erasable';
import type { ByteRange, ObjectStore, StoredObject } from '@seedlot/object-store';
import { EmbeddedError } from '../errors.ts';

/** The slot of the running system, for a copy of it: roots are opened, none is made or destroyed. */
export class ReadOnlySlot implements RootSlot {
  readonly #slot: RootSlot;

  constructor(slot: RootSlot) {
    this.#slot = slot;
  }

  open(id: RootId): Promise<RootHandle> {
    return this.#slot.open(id);
  }

  list(): Promise<RootId[]> {
    return this.#slot.list();
  }

  highWater(): Promise<RootId> {
    return this.#slot.highWater();
  }

  create(): Promise<never> {
    return Promise.reject(refusal());
  }

  destroy(): Promise<never> {
    return Promise.reject(refusal());
  }
}

/** One root of a slot in the place of every other: to try what it opens. */
export class OnlyRoot extends ReadOnlySlot {
  readonly #root: RootId;

  constructor(slot: RootSlot, root: RootId) {
    super(slot);
    this.#root = root;
  }

  override open(): Promise<RootHandle> {
    return super.open(this.#root);
  }
}

/** The objects of the running system, for a copy of it. */
export class ReadOnlyObjects implements ObjectStore {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  read(name: string, range?: ByteRange): AsyncIterable<Uint8Array> {
    return this.#objects.read(name, range);
  }

  size(name: string): Promise<number | null> {
    return this.#objects.size(name);
  }

  list(prefix: string): AsyncIterable<string> {
    return this.#objects.list(prefix);
  }

  put(): Promise<StoredObject> {
    return Promise.reject(refusal());
  }

  delete(): Promise<void> {
    return Promise.reject(refusal());
  }
}

function refusal(): EmbeddedError {
  return new EmbeddedError('drill_failed', 'a drill changes nothing of the running system');
}
