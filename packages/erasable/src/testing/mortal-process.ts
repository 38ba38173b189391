import type { KeyringStore, KeyringTransaction } from '../keyring-rows.ts';
import type { RootHandle, RootSlot } from '../root-slot.ts';

/** A process died. */
export class Death extends Error {
  override readonly name = 'Death';
}

/**
 * A process that dies at one of its steps: before or after any call of a port, also between the last statement of a
 * transaction and its commit. Whatever it tries after that fails, so that no `finally` of the dead tidies up.
 */
export class MortalProcess {
  #stepsLeft: number;
  #dead = false;

  /** @param steps how many steps it lives; `Infinity` to see it through */
  constructor(steps: number) {
    this.#stepsLeft = steps;
  }

  get dead(): boolean {
    return this.#dead;
  }

  step(): void {
    if (this.#dead || this.#stepsLeft-- <= 0) {
      this.#dead = true;
      throw new Death('the process died here');
    }
  }

  async around<T>(call: () => Promise<T>): Promise<T> {
    this.step();
    const result = await call();
    this.step();
    return result;
  }

  slot(slot: RootSlot): RootSlot {
    return {
      create: id => this.around(() => slot.create(id)),
      open: async id => this.#handle(await this.around(() => slot.open(id))),
      destroy: id => this.around(() => slot.destroy(id)),
      list: () => this.around(() => slot.list()),
      highWater: () => this.around(() => slot.highWater()),
    };
  }

  store(store: KeyringStore): KeyringStore {
    return {
      ring: store.ring,
      epoch: () => this.around(() => store.epoch()),
      found: () => this.around(() => store.found()),
      find: ids => this.around(() => store.find(ids)),
      snapshot: ids => this.around(() => store.snapshot(ids)),
      transaction: (lock, work) =>
        this.around(() =>
          store.transaction(lock, async open => {
            const result = await work(this.#transaction(open));
            this.step();
            return result;
          }),
        ),
    };
  }

  #transaction(open: KeyringTransaction): KeyringTransaction {
    return {
      ring: open.ring,
      lock: open.lock,
      epoch: open.epoch,
      find: ids => this.around(() => open.find(ids)),
      snapshot: ids => this.around(() => open.snapshot(ids)),
      keysIn: buckets => this.around(() => open.keysIn(buckets)),
      claimBucket: () => this.around(() => open.claimBucket()),
      insertBucket: bucket => this.around(() => open.insertBucket(bucket)),
      insertKey: key => this.around(() => open.insertKey(key)),
      replace: rows => this.around(() => open.replace(rows)),
    };
  }

  #handle(handle: RootHandle): RootHandle {
    return {
      seal: (aad, plaintext) => this.around(() => handle.seal(aad, plaintext)),
      unseal: (aad, sealed) => this.around(() => handle.unseal(aad, sealed)),
      [Symbol.asyncDispose]: () => handle[Symbol.asyncDispose](),
    };
  }
}
