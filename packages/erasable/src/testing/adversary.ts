import { createHash, type KeyObject } from 'node:crypto';
import { ErasableError } from '../errors.ts';
import type { BucketRow, KeyId, RingName, RingRows } from '../keyring-rows.ts';
import { type OpenBucket, openBucket, openKeyRow } from '../keyring-seal.ts';
import type { RootHandle, RootSlot } from '../root-slot.ts';

/** Stands for a key in a test, which then needs to keep no other copy of it. */
export function fingerprint(key: KeyObject): string {
  return createHash('sha256').update(key.export()).digest('hex');
}

/** By the id of a key, the fingerprints of all its values that somebody could open. */
export type Loot = ReadonlyMap<KeyId, ReadonlySet<string>>;

/**
 * What somebody opens who has every copy of the rows that was ever made and every root that exists now. Each root is
 * tried on each bucket row, each bucket key got so on each key row, whatever version of whatever bucket it is said to be.
 */
export async function adversaryOpens(slot: RootSlot, copies: readonly RingRows[]): Promise<Loot> {
  const loot = new Map<KeyId, Set<string>>();
  for (const ring of new Set(copies.map(copy => copy.ring))) {
    const own = copies.filter(copy => copy.ring === ring);
    const buckets = await openBuckets(slot, ring, distinct(own.flatMap(copy => copy.buckets)));
    for (const row of distinct(own.flatMap(copy => copy.keys))) {
      for (const bucket of buckets) {
        const key = await ifItOpens(async () => openKeyRow(ring, bucket, row));
        if (key !== null) loot.set(row.id, (loot.get(row.id) ?? new Set()).add(fingerprint(key)));
      }
    }
  }
  return loot;
}

async function openBuckets(
  slot: RootSlot,
  ring: RingName,
  rows: readonly BucketRow[],
): Promise<readonly OpenBucket[]> {
  const opened: OpenBucket[] = [];
  for (const id of await slot.list()) {
    await using root = await ifItOpens(() => slot.open(id));
    if (root !== null) opened.push(...(await bucketsUnder(root, ring, rows)));
  }
  return [...new Map(opened.map(bucket => [fingerprint(bucket.key), bucket])).values()];
}

async function bucketsUnder(
  root: RootHandle,
  ring: RingName,
  rows: readonly BucketRow[],
): Promise<readonly OpenBucket[]> {
  const tried = await Promise.all(rows.map(row => ifItOpens(() => openBucket(ring, root, row))));
  return tried.filter(bucket => bucket !== null);
}

/** Copies repeat each other: a row is told from another by what is sealed in it. */
function distinct<Row extends { readonly sealedKey: Uint8Array }>(rows: readonly Row[]): readonly Row[] {
  return [...new Map(rows.map(row => [Buffer.from(row.sealedKey).toString('base64'), row])).values()];
}

async function ifItOpens<T>(open: () => Promise<T>): Promise<T | null> {
  try {
    return await open();
  } catch (fault) {
    if (fault instanceof ErasableError) return null;
    throw fault;
  }
}
