import { ErasableError } from './errors.ts';
import type { RootId } from './root-slot.ts';

/** `seeds`: what only sealed workers open. `files`: what the API may open, too, to serve downloads. */
export const RING_NAMES = ['seeds', 'files'] as const;
export type RingName = (typeof RING_NAMES)[number];

/** A UUID in lower case. */
export type KeyId = string;
/** A UUID in lower case. */
export type BucketId = string;

/** What a key is for; bound into its sealing, so that none can be passed off as one of another kind. */
export const KEY_KINDS = ['frontier', 'page', 'file', 'signing'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

/** How many keys share a bucket's key, and are sealed again when one of them is erased. */
export const BUCKET_KEYS = 256;

/** A bucket's key, sealed under the root of its epoch. */
export interface BucketRow {
  readonly id: BucketId;
  /** From 1; the next for every new key of the bucket. */
  readonly version: number;
  readonly epoch: RootId;
  readonly sealedKey: Uint8Array;
}

/** A key, sealed under one version of its bucket's key. */
export interface KeyRow {
  readonly id: KeyId;
  readonly kind: KeyKind;
  readonly bucket: BucketId;
  readonly bucketVersion: number;
  readonly sealedKey: Uint8Array;
}

/** Rows of one ring, all read at one instant. */
export interface RingRows {
  readonly ring: RingName;
  /** The id of the ring's current root; 0 before the first. */
  readonly epoch: RootId;
  readonly buckets: readonly BucketRow[];
  readonly keys: readonly KeyRow[];
}

/**
 * Read access to a ring. It needs no lock, because each method is one statement and so one snapshot: a key is never
 * read with a bucket of another version. Throws `ring_row_missing` when the database has no such ring.
 */
export interface KeyringRows {
  readonly ring: RingName;

  /** These keys, as far as they exist, and their buckets. */
  find(ids: readonly KeyId[]): Promise<RingRows>;

  /** All buckets, and these keys as far as they exist, or all keys. */
  snapshot(ids: readonly KeyId[] | 'all'): Promise<RingRows>;
}

/** What a rotation writes, all of it or nothing. */
export interface RotatedRows {
  readonly from: RootId;
  readonly to: RootId;
  /** Every bucket that stays, under the new root. */
  readonly buckets: readonly BucketRow[];
  /** Every key of a bucket that has a new version. */
  readonly keys: readonly KeyRow[];
  readonly erased: readonly KeyId[];
  /** Buckets that their last key has left. */
  readonly emptied: readonly BucketId[];
}

/**
 * A ring within one open transaction that holds the ring's lock: shared to add keys, exclusive to rotate. The lock
 * is the ring's own, granted first come, first served, and ends with the transaction. The caller composes keyring
 * steps with other statements of the same transaction; nothing here commits.
 */
export interface KeyringTransaction extends KeyringRows {
  readonly lock: 'shared' | 'exclusive';

  /** The ring's epoch, read after the lock was granted: nobody else can move it before this transaction ends. */
  readonly epoch: RootId;

  /** All keys of these buckets. */
  keysIn(buckets: readonly BucketId[]): Promise<readonly KeyRow[]>;

  /**
   * Reserves room for one key in a bucket that no other open transaction has claimed; never waits for one. `null`
   * when every bucket is full or claimed: the caller inserts a new one.
   */
  claimBucket(): Promise<BucketRow | null>;

  /** A new bucket with room reserved for one key. */
  insertBucket(bucket: BucketRow): Promise<void>;

  /** Into the room that was reserved. Throws `key_exists` for an id that the ring has. */
  insertKey(key: KeyRow): Promise<void>;

  /** Moves the ring from one epoch to the next with all its rows. Throws `ring_moved` when it is not at `from`. */
  replace(rows: RotatedRows): Promise<void>;
}

/** A ring in its database. Each transaction has a connection of its own. */
export interface KeyringStore extends KeyringRows {
  /** The ring's committed epoch, `null` when the database has no such ring. */
  epoch(): Promise<RootId | null>;

  /** Commits the ring's row at epoch 0; leaves an existing one alone. */
  found(): Promise<void>;

  /**
   * Runs `work` under the lock and commits, durably; when `work` throws, nothing has happened. Throws
   * `ring_row_missing` when the database has no such ring.
   */
  transaction<T>(
    lock: KeyringTransaction['lock'],
    work: (transaction: KeyringTransaction) => Promise<T>,
  ): Promise<T>;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether this is the one spelling of a UUID that the database gives back: its bytes are bound into the seal. */
export function isKeyId(id: string): boolean {
  return UUID.test(id);
}

/** Throws `key_malformed` for any other id. */
export function assertKeyId(id: KeyId): void {
  if (!isKeyId(id)) throw new ErasableError('key_malformed', 'a key id is a UUID in lower case');
}
