import type { KeyObject } from 'node:crypto';
import type { SecretBytes } from '@seedlot/domain';
import { seal, unseal } from './aead.ts';
import { ErasableError } from './errors.ts';

/** The number of a root: a safe integer from 1 up, never given twice by one slot. It is the epoch that the root rules. */
export type RootId = number;

/**
 * The place, outside every backup, that holds root keys of 32 bytes. Everything that the erasable store keeps hangs
 * on the one current root of its ring, so a root that `destroy` has confirmed gone takes with it all that only old
 * copies still held.
 *
 * Called by the keyring at every opened key, by a rotation once for `create`, and by recovery. Every method rejects
 * with `slot_unreachable` when the place does not answer: it never guesses.
 */
export interface RootSlot {
  /**
   * Makes a root of fresh random bytes; resolves when it is durable. A compare-and-set on the high-water mark: of
   * many callers with ids not above the mark, or with one id, at most one resolves and the others get
   * `root_id_used`. An id once used stays used after `destroy` and after a crash in the middle.
   */
  create(id: RootId): Promise<void>;

  /** Throws `root_missing` when the slot has no such root, `root_damaged` when what it has is not whole. */
  open(id: RootId): Promise<RootHandle>;

  /** Resolves only when the root is confirmed gone (or never was); else rejects with `root_not_destroyed`. */
  destroy(id: RootId): Promise<void>;

  /** The ids of all roots that may still exist, damaged ones included, ascending. */
  list(): Promise<RootId[]>;

  /** The highest id that any `create` has claimed, 0 before the first. */
  highWater(): Promise<RootId>;
}

/** An open root: it seals and unseals, and never gives out its bytes. Dispose it at the end of the step. */
export interface RootHandle extends AsyncDisposable {
  /** The sealed bytes, which only this root opens, and only with the same context. */
  seal(aad: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array>;

  /** The plaintext, which the caller wipes. `sealed` may be an attacker's: `seal_not_authentic`. */
  unseal(aad: Uint8Array, sealed: Uint8Array): Promise<SecretBytes>;
}

/** Throws `root_id_malformed` for anything but a safe integer from 1 up. */
export function assertRootId(id: RootId): void {
  if (!Number.isSafeInteger(id) || id < 1) {
    throw new ErasableError('root_id_malformed', `${id} is no root id: a whole number from 1 up`);
  }
}

/** A root whose key this process holds until the handle is disposed. */
export class KeyRootHandle implements RootHandle {
  #key: KeyObject | null;

  constructor(key: KeyObject) {
    this.#key = key;
  }

  async seal(aad: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
    return seal(this.#open(), aad, plaintext);
  }

  async unseal(aad: Uint8Array, sealed: Uint8Array): Promise<SecretBytes> {
    return unseal(this.#open(), aad, sealed);
  }

  /** Forgets the key. Its memory belongs to OpenSSL, which clears it when the engine collects the `KeyObject`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#key = null;
  }

  #open(): KeyObject {
    if (this.#key === null)
      throw new ErasableError('root_closed', 'this root was closed at the end of its step');
    return this.#key;
  }
}
