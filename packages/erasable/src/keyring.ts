import { type KeyObject, randomUUID } from 'node:crypto';
import { ErasableError, type ErasableErrorCode } from './errors.ts';
import { type KeySource, randomKeys } from './keyring-keys.ts';
import { keyOf, openKeysOf } from './keyring-open.ts';
import {
  assertKeyId,
  type KeyId,
  type KeyringRows,
  type KeyringTransaction,
  type RingName,
  type RingRows,
} from './keyring-rows.ts';
import { type NewKey, type OpenBucket, openBucket, sealBucket, sealKeyRow } from './keyring-seal.ts';
import type { RootHandle, RootId, RootSlot } from './root-slot.ts';
import { type Rotation, rotate } from './rotation.ts';
import type { RotationChange } from './rotation-plan.ts';

/** What a root that is being destroyed looks like from outside. */
const GOING: readonly ErasableErrorCode[] = ['root_missing', 'root_damaged'];

/**
 * Keys by id, one ring of them, whose rows may be copied by every backup: they open only under the one current root
 * in the ring's slot. A rotation erases keys for good, because it leaves no old root that old copies would open under.
 *
 * It binds a ring to its slot and keeps nothing between two calls: a root is open during one call only, and what it
 * unseals is wiped or is the caller's `KeyObject`, to be dropped at the end of the step.
 */
export class Keyring {
  readonly ring: RingName;
  readonly slot: RootSlot;
  readonly #keys: KeySource;

  constructor(ring: RingName, slot: RootSlot, keys: KeySource = randomKeys) {
    this.ring = ring;
    this.slot = slot;
    this.#keys = keys;
  }

  /**
   * Adds a key within a transaction that holds the ring's lock. Throws `key_exists`, `key_malformed`,
   * `ring_not_started`, and whatever the slot throws.
   */
  async addKey(transaction: KeyringTransaction, entry: NewKey): Promise<void> {
    this.#assertOwn(transaction);
    assertKeyId(entry.id);
    await using root = await this.#openRoot(transaction.epoch);
    const bucket = await this.#bucketWithRoom(transaction, root);
    await transaction.insertKey(sealKeyRow(this.ring, bucket, entry));
  }

  /** The key of this id; see `openKeys`. */
  async openKey(rows: KeyringRows, id: KeyId): Promise<KeyObject> {
    return keyOf(await this.openKeys(rows, [id]), id);
  }

  /**
   * The keys of these ids, without a lock. Throws `key_absent` for an id that the ring does not have (or no longer
   * has), `seal_not_authentic` for rows that the ring did not seal.
   */
  async openKeys(rows: KeyringRows, ids: readonly KeyId[]): Promise<ReadonlyMap<KeyId, KeyObject>> {
    this.#assertOwn(rows);
    ids.forEach(assertKeyId);
    try {
      return await this.#openRows(await rows.find(ids), ids);
    } catch (fault) {
      return this.#openNextRows(rows, ids, fault);
    }
  }

  /**
   * Replaces the root, and with it erases keys and gives others a new one, within a transaction that holds the lock
   * exclusively. The old root still exists: it is destroyed after the commit, when the new rows are proved to open.
   * Throws `key_absent`, `change_contradictory`, `key_reused`, `lock_not_exclusive`, and `root_id_used` when
   * another rotation was faster. See `Rotation` for what is left to do.
   */
  async rotate(transaction: KeyringTransaction, change: RotationChange): Promise<Rotation> {
    this.#assertOwn(transaction);
    return rotate({ from: this.slot, to: this.slot }, this.#keys, transaction, change);
  }

  /**
   * Moves the ring to another slot, like a rotation that changes nothing else: bucket keys are opened under the old root
   * and sealed under a new one in `slot`, and no key in a bucket is touched. Once it is committed the ring's keyring is
   * one on `slot`, and this one opens nothing more. Throws `ring_not_started`, `lock_not_exclusive`.
   */
  async moveTo(slot: RootSlot, transaction: KeyringTransaction): Promise<Rotation> {
    this.#assertOwn(transaction);
    if (transaction.epoch === 0) throw notStarted(this.ring);
    return rotate({ from: this.slot, to: slot }, this.#keys, transaction, { erase: [], replace: [] });
  }

  async #bucketWithRoom(transaction: KeyringTransaction, root: RootHandle): Promise<OpenBucket> {
    const claimed = await transaction.claimBucket();
    if (claimed !== null) return openBucket(this.ring, root, claimed);
    const key = this.#keys.draw();
    const place = { id: randomUUID(), version: 1, epoch: transaction.epoch };
    const row = await sealBucket(this.ring, root, place, key);
    await transaction.insertBucket(row);
    return { row, key };
  }

  async #openRows(rows: RingRows, ids: readonly KeyId[]): Promise<ReadonlyMap<KeyId, KeyObject>> {
    await using root = await this.#openRoot(rows.epoch);
    return await openKeysOf(rows, root, ids);
  }

  /**
   * A rotation may commit and its old root go, or be just going, between the reading of the rows and the opening of
   * the root: then, and only then, the rows are read again, once.
   */
  async #openNextRows(
    rows: KeyringRows,
    ids: readonly KeyId[],
    fault: unknown,
  ): Promise<ReadonlyMap<KeyId, KeyObject>> {
    if (!(fault instanceof ErasableError) || !GOING.includes(fault.code)) throw fault;
    return this.#openRows(await rows.find(ids), ids);
  }

  async #openRoot(epoch: RootId): Promise<RootHandle> {
    if (epoch === 0) throw notStarted(this.ring);
    return this.slot.open(epoch);
  }

  /** A slot of another ring may hold a root of the same id: what is sealed under it would be lost at its next change. */
  #assertOwn({ ring }: KeyringRows): void {
    if (ring !== this.ring) {
      throw new ErasableError(
        'ring_mismatch',
        `rows of the ring ${ring} given to the keyring of ${this.ring}`,
      );
    }
  }
}

function notStarted(ring: RingName): ErasableError {
  return new ErasableError('ring_not_started', `the ring ${ring} has no root yet`);
}
