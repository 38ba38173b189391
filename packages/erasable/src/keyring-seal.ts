import type { KeyObject } from 'node:crypto';
import { keyBytes, sealKey, secretKey, unsealKey } from './aead.ts';
import type { BucketId, BucketRow, KeyId, KeyKind, KeyRow, RingName } from './keyring-rows.ts';
import type { RootHandle, RootId } from './root-slot.ts';

/** An open bucket: its row and its key. */
export interface OpenBucket {
  readonly row: BucketRow;
  readonly key: KeyObject;
}

/** A key on its way into a ring. */
export interface NewKey {
  readonly id: KeyId;
  readonly kind: KeyKind;
  readonly key: KeyObject;
}

/** Seals a bucket's key under the root of `epoch`. */
export async function sealBucket(
  ring: RingName,
  root: RootHandle,
  bucket: { id: BucketId; version: number; epoch: RootId },
  key: KeyObject,
): Promise<BucketRow> {
  using bytes = keyBytes(key);
  const { id, version, epoch } = bucket;
  const sealedKey = await root.seal(bucketContext(ring, bucket), bytes.bytes);
  return { id, version, epoch, sealedKey };
}

/** `row` may be an attacker's: `seal_not_authentic` for any but one that this root sealed for this ring. */
export async function openBucket(ring: RingName, root: RootHandle, row: BucketRow): Promise<OpenBucket> {
  using bytes = await root.unseal(bucketContext(ring, row), row.sealedKey);
  return { row, key: secretKey(bytes) };
}

export function sealKeyRow(ring: RingName, bucket: OpenBucket, { id, kind, key }: NewKey): KeyRow {
  const place = { id, kind, bucket: bucket.row.id, bucketVersion: bucket.row.version };
  return { ...place, sealedKey: sealKey(bucket.key, keyContext(ring, place), key) };
}

/** `row` may be an attacker's: `seal_not_authentic` for any but one that was sealed for this ring and bucket. */
export function openKeyRow(ring: RingName, bucket: OpenBucket, row: KeyRow): KeyObject {
  return unsealKey(bucket.key, keyContext(ring, row), row.sealedKey);
}

function bucketContext(ring: RingName, { id, version, epoch }: Omit<BucketRow, 'sealedKey'>): Uint8Array {
  return context('seedlot bucket v1', ring, epoch, id, version);
}

function keyContext(
  ring: RingName,
  { id, kind, bucket, bucketVersion }: Omit<KeyRow, 'sealedKey'>,
): Uint8Array {
  return context('seedlot key v1', ring, bucket, bucketVersion, id, kind);
}

/** JSON tells fields apart whatever they contain, so that no two rows share a context. Nothing in it is secret. */
function context(...fields: readonly (string | number)[]): Uint8Array {
  return Buffer.from(JSON.stringify(fields));
}
