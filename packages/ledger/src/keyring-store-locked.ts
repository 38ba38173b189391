import type { Tables } from '@seedlot/database';
import type {
  BucketId,
  BucketRow,
  KeyId,
  KeyKind,
  KeyRow,
  KeyringTransaction,
  RingName,
  RotatedRows,
} from '@seedlot/erasable';
import { BUCKET_KEYS, ErasableError } from '@seedlot/erasable';
import { sql, type Transaction } from 'kysely';
import { asBuffer } from './as-buffer.ts';
import type { Reader } from './effect.ts';
import { RingReader, ringTable } from './ring-rows.ts';

/** The caller's transaction: only its end gives the lock back. */
export type OpenTransaction = Reader & { readonly sql: Transaction<Tables> };

/** The writes of a transaction that holds its ring's lock. */
export class LockedRing extends RingReader implements KeyringTransaction {
  readonly lock: KeyringTransaction['lock'];
  readonly epoch: number;
  readonly #open: OpenTransaction;

  constructor(open: OpenTransaction, ring: RingName, lock: KeyringTransaction['lock'], epoch: number) {
    super(open, ring);
    this.#open = open;
    this.lock = lock;
    this.epoch = epoch;
  }

  async keysIn(buckets: readonly BucketId[]): Promise<readonly KeyRow[]> {
    const { rows } = await sql<{
      id: KeyId;
      kind: KeyKind;
      bucket: BucketId;
      version: number;
      sealed: Buffer;
    }>`
      select id, kind, bucket, bucket_version as version, sealed from ${ringTable(this.ring, 'keys')}
      where bucket = any(${buckets}::uuid[])`.execute(this.#open.sql);
    return rows.map(({ version, sealed, ...row }) => ({ ...row, bucketVersion: version, sealedKey: sealed }));
  }

  async claimBucket(): Promise<BucketRow | null> {
    const buckets = ringTable(this.ring, 'buckets');
    const { rows } = await sql<{ id: BucketId; version: number; epoch: number; sealed: Buffer }>`
      update ${buckets} set key_count = key_count + 1
      where id = (select id from ${buckets} where key_count < ${BUCKET_KEYS} limit 1 for update skip locked)
      returning id, version, epoch, sealed`.execute(this.#open.sql);
    const [row] = rows;
    return row === undefined
      ? null
      : { id: row.id, version: row.version, epoch: row.epoch, sealedKey: row.sealed };
  }

  async insertBucket({ id, version, epoch, sealedKey }: BucketRow): Promise<void> {
    await sql`insert into ${ringTable(this.ring, 'buckets')} (id, version, epoch, key_count, sealed)
      values (${id}, ${version}, ${epoch}, 1, ${asBuffer(sealedKey)})`.execute(this.#open.sql);
  }

  async insertKey({ id, kind, bucket, bucketVersion, sealedKey }: KeyRow): Promise<void> {
    const { numAffectedRows } = await sql`insert into ${ringTable(this.ring, 'keys')}
      (id, kind, bucket, bucket_version, sealed) values (${id}, ${kind}, ${bucket}, ${bucketVersion}, ${asBuffer(sealedKey)})
      on conflict do nothing`.execute(this.#open.sql);
    if (numAffectedRows === 1n) return;
    throw new ErasableError('key_exists', `The ring ${this.ring} has a key ${id}`);
  }

  /** The one change that must not be lost by a crash of the server: the old root dies on the strength of it. */
  async replace(rows: RotatedRows): Promise<void> {
    await sql`set local synchronous_commit = on`.execute(this.#open.sql);
    const { rows: moved } = await sql`update ${ringTable(this.ring, 'ring')} set epoch = ${rows.to}
      where epoch = ${rows.from} returning epoch`.execute(this.#open.sql);
    if (moved.length === 0)
      throw new ErasableError('ring_moved', `The ring ${this.ring} is not at ${rows.from}`);
    await this.#removeErased(rows);
    await this.#replaceKeys(rows.keys);
    await this.#replaceBuckets(rows.buckets);
  }

  async #removeErased({ erased, emptied }: RotatedRows): Promise<void> {
    await sql`delete from ${ringTable(this.ring, 'keys')} where id = any(${erased}::uuid[])`.execute(
      this.#open.sql,
    );
    await sql`delete from ${ringTable(this.ring, 'buckets')} where id = any(${emptied}::uuid[])`.execute(
      this.#open.sql,
    );
  }

  async #replaceKeys(keys: readonly KeyRow[]): Promise<void> {
    await sql`update ${ringTable(this.ring, 'keys')} k set bucket_version = n.version, sealed = n.sealed
      from unnest(${keys.map(key => key.id)}::uuid[], ${keys.map(key => key.bucketVersion)}::int[],
        ${keys.map(key => asBuffer(key.sealedKey))}::bytea[]) as n (id, version, sealed)
      where k.id = n.id`.execute(this.#open.sql);
  }

  async #replaceBuckets(buckets: readonly BucketRow[]): Promise<void> {
    await sql`update ${ringTable(this.ring, 'buckets')} b set version = n.version, epoch = n.epoch, sealed = n.sealed,
        key_count = (select count(*) from ${ringTable(this.ring, 'keys')} where bucket = b.id)
      from unnest(${buckets.map(bucket => bucket.id)}::uuid[], ${buckets.map(bucket => bucket.version)}::int[],
        ${buckets.map(bucket => bucket.epoch)}::int[], ${buckets.map(bucket => asBuffer(bucket.sealedKey))}::bytea[])
        as n (id, version, epoch, sealed)
      where b.id = n.id`.execute(this.#open.sql);
  }
}
