import { ErasableError } from './errors.ts';
import type { BucketRow, KeyId, KeyRow, KeyringRows, RingRows } from './keyring-rows.ts';
import { base64, readMirrorLine, writeMirrorLine } from './mirror-line.ts';

const FORMAT = 'seedlot ring v1';

/**
 * The whole ring as text for the object store: a line of its name, epoch and number of buckets, a line a bucket, a
 * line a key, each a JSON array, ordered by id, so that equal rows give equal bytes. Every key in it is sealed: the
 * mirror is as safe to keep as a backup of the database. Name it by ring and epoch, and never overwrite it.
 */
export async function exportRing(rows: KeyringRows): Promise<Uint8Array> {
  return writeMirror(await rows.snapshot('all'));
}

/** The rows of a mirror. `mirror` may be an attacker's: `mirror_malformed` for all but what `exportRing` writes. */
export function parseMirror(mirror: Uint8Array): RingRows {
  const rows = readMirror(mirror);
  // What was read leniently must write the same bytes again: there is one form, and nothing beside it.
  if (Buffer.compare(writeMirror(rows), mirror) === 0) return rows;
  throw new ErasableError(
    'mirror_malformed',
    `${mirror.byteLength} bytes are not in the form of a ring's mirror`,
  );
}

/** A mirror's rows for a keyring to open keys of; `mirror_malformed` like `parseMirror`. */
export function mirroredRing(mirror: Uint8Array): KeyringRows {
  const { ring, epoch, buckets, keys } = parseMirror(mirror);
  const find = async (ids: readonly KeyId[]) => {
    const found = keys.filter(key => ids.includes(key.id));
    const holding = new Set(found.map(key => key.bucket));
    return { ring, epoch, buckets: buckets.filter(bucket => holding.has(bucket.id)), keys: found };
  };
  const snapshot = async (ids: readonly KeyId[] | 'all') => {
    return { ring, epoch, buckets, keys: ids === 'all' ? keys : (await find(ids)).keys };
  };
  return { ring, find, snapshot };
}

function writeMirror({ ring, epoch, buckets, keys }: RingRows): Uint8Array {
  const lines = [
    [FORMAT, ring, epoch, buckets.length, keys.length],
    ...buckets.toSorted(byId).map(({ id, version, sealedKey }) => [id, version, base64(sealedKey)]),
    ...keys
      .toSorted(byId)
      .map(key => [key.id, key.kind, key.bucket, key.bucketVersion, base64(key.sealedKey)]),
  ];
  return Buffer.from(lines.map(writeMirrorLine).join(''));
}

function readMirror(mirror: Uint8Array): RingRows {
  const lines = Buffer.from(mirror.buffer, mirror.byteOffset, mirror.byteLength).toString('utf8').split('\n');
  const [head, ...rows] = lines.slice(0, -1).map(readMirrorLine);
  if (head === undefined) throw new ErasableError('mirror_malformed', 'a mirror of no bytes');
  const [ring, epoch, buckets] = [head.ring(1), head.whole(2), head.whole(3)];
  return {
    ring,
    epoch,
    buckets: rows.slice(0, buckets).map((row): BucketRow => {
      return { id: row.id(0), version: row.whole(1), epoch, sealedKey: row.sealed(2) };
    }),
    keys: rows.slice(buckets).map((row): KeyRow => {
      const place = { bucket: row.id(2), bucketVersion: row.whole(3) };
      return { id: row.id(0), kind: row.kind(1), ...place, sealedKey: row.sealed(4) };
    }),
  };
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1;
}
