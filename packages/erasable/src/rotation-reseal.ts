import type { KeyObject } from 'node:crypto';
import { ErasableError } from './errors.ts';
import type { KeySource } from './keyring-keys.ts';
import type { BucketId, BucketRow, KeyRow } from './keyring-rows.ts';
import { type OpenBucket, openBucket, openKeyRow, sealBucket, sealKeyRow } from './keyring-seal.ts';
import type { RootHandle, RootId } from './root-slot.ts';
import type { RotationPlan } from './rotation-plan.ts';

/** Every bucket that stays, every key of those with a new key, and the buckets that their last key has left. */
export interface ResealedRows {
  readonly buckets: readonly BucketRow[];
  readonly keys: readonly KeyRow[];
  readonly emptied: readonly BucketId[];
}

/** Seals all buckets of a ring again, from one root to the next. */
export class BucketResealer {
  readonly #old: RootHandle;
  readonly #next: { readonly id: RootId; readonly handle: RootHandle };
  readonly #source: KeySource;
  readonly #plan: RotationPlan;
  readonly #buckets: BucketRow[] = [];
  readonly #keys: KeyRow[] = [];
  readonly #emptied: BucketId[] = [];

  constructor(
    old: RootHandle,
    next: { readonly id: RootId; readonly handle: RootHandle },
    source: KeySource,
    plan: RotationPlan,
  ) {
    this.#old = old;
    this.#next = next;
    this.#source = source;
    this.#plan = plan;
  }

  async all(): Promise<ResealedRows> {
    for (const row of this.#plan.buckets) await this.#reseal(row);
    return { buckets: this.#buckets, keys: this.#keys, emptied: this.#emptied };
  }

  async #reseal(row: BucketRow): Promise<void> {
    const bucket = await openBucket(this.#plan.ring, this.#old, row);
    const keys = this.#plan.touched.get(row.id);
    if (keys === undefined) await this.#sealUnderNext(row, row.version, bucket.key);
    else await this.#rekey(bucket, keys);
  }

  /**
   * Old copies hold the erased keys under the old key of their bucket. That key must not come along under the new
   * root, so the bucket gets another one and the keys that stay are sealed again under it.
   */
  async #rekey(bucket: OpenBucket, keys: readonly KeyRow[]): Promise<void> {
    const staying = keys.filter(({ id }) => !this.#plan.erased.has(id));
    if (staying.length === 0) {
      this.#emptied.push(bucket.row.id);
      return;
    }
    const key = this.#source.draw();
    const row = await this.#sealUnderNext(bucket.row, bucket.row.version + 1, key);
    const next = { row, key };
    for (const old of staying) {
      const { id, kind } = old;
      this.#keys.push(sealKeyRow(this.#plan.ring, next, { id, kind, key: this.#valueOf(bucket, old) }));
    }
  }

  #valueOf(bucket: OpenBucket, row: KeyRow): KeyObject {
    const old = openKeyRow(this.#plan.ring, bucket, row);
    const replacement = this.#plan.replaced.get(row.id);
    if (replacement === undefined) return old;
    if (!replacement.equals(old)) return replacement;
    throw new ErasableError(
      'key_reused',
      `the replacement of key ${row.id} is the key itself: nothing would go`,
    );
  }

  async #sealUnderNext({ id }: BucketRow, version: number, key: KeyObject): Promise<BucketRow> {
    const row = await sealBucket(
      this.#plan.ring,
      this.#next.handle,
      { id, version, epoch: this.#next.id },
      key,
    );
    this.#buckets.push(row);
    return row;
  }
}
