import type { KeyObject } from 'node:crypto';
import { ErasableError } from './errors.ts';
import type { BucketId, KeyId, KeyRow, RingRows } from './keyring-rows.ts';
import { type OpenBucket, openBucket, openKeyRow } from './keyring-seal.ts';
import type { RootHandle } from './root-slot.ts';

/**
 * Opens every bucket of these rows, and of their keys the ones named. The rows may be an attacker's. Throws
 * `key_absent`, `ring_damaged` for a key without its bucket, `seal_not_authentic`.
 */
export async function openKeysOf(
  rows: RingRows,
  root: RootHandle,
  ids: readonly KeyId[],
): Promise<ReadonlyMap<KeyId, KeyObject>> {
  const buckets = new Map<BucketId, OpenBucket>();
  for (const row of rows.buckets) buckets.set(row.id, await openBucket(rows.ring, root, row));
  const keys = new Map(rows.keys.map(key => [key.id, key]));
  return new Map(
    ids.map(id => [id, openKeyRow(rows.ring, bucketOf(buckets, keyOf(keys, id)), keyOf(keys, id))]),
  );
}

/** What stands under this id; throws `key_absent`. */
export function keyOf<T>(keys: ReadonlyMap<KeyId, T>, id: KeyId): T {
  const key = keys.get(id);
  if (key === undefined)
    throw new ErasableError('key_absent', `the ring has no key ${id}, or has it no longer`);
  return key;
}

function bucketOf(buckets: ReadonlyMap<BucketId, OpenBucket>, key: KeyRow): OpenBucket {
  const bucket = buckets.get(key.bucket);
  if (bucket === undefined)
    throw new ErasableError('ring_damaged', `key ${key.id} has no bucket ${key.bucket}`);
  return bucket;
}
