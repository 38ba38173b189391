import { createHash, type KeyObject } from 'node:crypto';
import type { TestDatabase } from '@seedlot/database/testing';
import {
  type BucketRow,
  ErasableError,
  type KeyKind,
  type KeyRow,
  Keyring,
  type RingName,
  type RootId,
  type RootSlot,
} from '@seedlot/erasable';
import { bytes, versionsOf } from './attic.ts';

/** Every root of these slots is tried on every version of every bucket, and what opens so on every version of every key. */
export async function stealKeys(
  database: TestDatabase,
  ring: RingName,
  slots: readonly RootSlot[],
): Promise<KeyObject[]> {
  const buckets = await bucketVersions(database, ring);
  const keys = await keyVersions(database, ring);
  const stolen: KeyObject[] = [];
  for (const slot of slots) {
    for (const root of await slot.list()) {
      const thief = new Thief(ring, slot, root);
      for (const bucket of buckets) {
        if (!(await thief.opensBucket(bucket))) continue;
        for (const key of keys) stolen.push(...(await thief.open(bucket, key)));
      }
    }
  }
  return [...new Map(stolen.map(key => [fingerprint(key), key])).values()];
}

/** Puts rows together as no database ever held them, and lets a keyring of the stolen root open them. */
class Thief {
  readonly #keyring: Keyring;
  readonly #ring: RingName;
  readonly #root: RootId;

  constructor(ring: RingName, slot: RootSlot, root: RootId) {
    this.#keyring = new Keyring(ring, slot);
    this.#ring = ring;
    this.#root = root;
  }

  async opensBucket(bucket: BucketRow): Promise<boolean> {
    return (await this.#try(bucket, [])) !== null;
  }

  async open(bucket: BucketRow, key: KeyRow): Promise<KeyObject[]> {
    const opened = await this.#try(bucket, [{ ...key, bucket: bucket.id }]);
    return opened === null ? [] : [...opened.values()];
  }

  async #try(bucket: BucketRow, keys: KeyRow[]): Promise<ReadonlyMap<string, KeyObject> | null> {
    const rows = { ring: this.#ring, epoch: this.#root, buckets: [bucket], keys };
    const source = { ring: this.#ring, find: async () => rows, snapshot: async () => rows };
    try {
      return await this.#keyring.openKeys(
        source,
        keys.map(key => key.id),
      );
    } catch (fault) {
      if (fault instanceof ErasableError) return null;
      throw fault;
    }
  }
}

async function bucketVersions(database: TestDatabase, ring: RingName): Promise<BucketRow[]> {
  const rows = await versionsOf(database, `${ring}_ring.buckets`);
  return rows.map(({ id, version, epoch, sealed }) => ({
    id: String(id),
    version: Number(version),
    epoch: Number(epoch),
    sealedKey: bytes(sealed),
  }));
}

async function keyVersions(database: TestDatabase, ring: RingName): Promise<KeyRow[]> {
  const rows = await versionsOf(database, `${ring}_ring.keys`);
  return rows.map(({ id, kind, bucket, bucket_version, sealed }) => ({
    id: String(id),
    kind: kind as KeyKind,
    bucket: String(bucket),
    bucketVersion: Number(bucket_version),
    sealedKey: bytes(sealed),
  }));
}

function fingerprint(key: KeyObject): string {
  return createHash('sha256').update(key.export()).digest('hex');
}
