import type { KeyObject } from 'node:crypto';
import { ErasableError } from './errors.ts';
import { keyOf } from './keyring-open.ts';
import type { KeyringTransaction, RingName } from './keyring-rows.ts';
import { assertKeyId, type BucketId, type BucketRow, type KeyId, type KeyRow } from './keyring-rows.ts';

/** What a new root is to leave behind. With both lists empty only the root changes. */
export interface RotationChange {
  /** Keys that go for good. */
  readonly erase: readonly KeyId[];
  /** Keys that get a new value; the old one goes for good. */
  readonly replace: readonly { readonly id: KeyId; readonly key: KeyObject }[];
}

/** A change, found to be possible, with all the rows that it needs. */
export interface RotationPlan {
  readonly ring: RingName;
  readonly buckets: readonly BucketRow[];
  /** All keys of every bucket that holds a key to erase or to replace. */
  readonly touched: ReadonlyMap<BucketId, readonly KeyRow[]>;
  readonly erased: ReadonlySet<KeyId>;
  readonly replaced: ReadonlyMap<KeyId, KeyObject>;
}

/** Reads what a rotation needs, before it makes anything. Throws `key_absent`, `change_contradictory`. */
export async function planRotation(
  transaction: KeyringTransaction,
  { erase, replace }: RotationChange,
): Promise<RotationPlan> {
  const ids = distinct([...erase, ...replace.map(({ id }) => id)]);
  const { ring, buckets, keys } = await transaction.snapshot(ids);
  const found = new Map(keys.map(key => [key.id, key.bucket]));
  const touched = new Set(ids.map(id => keyOf(found, id)));
  const neighbours = await transaction.keysIn([...touched]);
  return {
    ring,
    buckets,
    touched: Map.groupBy(neighbours, key => key.bucket),
    erased: new Set(erase),
    replaced: new Map(replace.map(({ id, key }) => [id, key])),
  };
}

function distinct(ids: readonly KeyId[]): readonly KeyId[] {
  ids.forEach(assertKeyId);
  if (new Set(ids).size === ids.length) return ids;
  throw new ErasableError('change_contradictory', 'a rotation erases or replaces each key at most once');
}
