import type { BucketRow, KeyId, KeyKind, KeyRow, KeyringRows, RingName, RingRows } from '@seedlot/erasable';
import { ErasableError } from '@seedlot/erasable';
import { type RawBuilder, sql } from 'kysely';
import type { Reader } from './effect.ts';

/** Rows of the three tables of a ring, read as one: what is not of a part is null in it. */
interface AnyRow {
  readonly part: 'ring' | 'bucket' | 'key';
  readonly id: string;
  readonly kind: KeyKind;
  readonly bucket: string;
  readonly version: number;
  readonly epoch: number;
  readonly sealed: Buffer;
}

/** A ring's rows in PostgreSQL. Each read is one statement, and so one snapshot, in or outside of a transaction. */
export class RingReader implements KeyringRows {
  readonly ring: RingName;
  readonly #reader: Reader;

  constructor(reader: Reader, ring: RingName) {
    this.#reader = reader;
    this.ring = ring;
  }

  find(ids: readonly KeyId[]): Promise<RingRows> {
    const keys = sql<boolean>`id = any(${ids}::uuid[])`;
    const buckets = sql<boolean>`id in (select bucket from ${ringTable(this.ring, 'keys')} where ${keys})`;
    return this.#read(buckets, keys);
  }

  snapshot(ids: readonly KeyId[] | 'all'): Promise<RingRows> {
    const keys = ids === 'all' ? sql<boolean>`true` : sql<boolean>`id = any(${ids}::uuid[])`;
    return this.#read(sql`true`, keys);
  }

  async #read(buckets: RawBuilder<boolean>, keys: RawBuilder<boolean>): Promise<RingRows> {
    const { rows } = await sql<AnyRow>`
      select 'ring' as part, null::uuid as id, null as kind, null::uuid as bucket, null::int as version, epoch,
        null::bytea as sealed from ${ringTable(this.ring, 'ring')}
      union all
      select 'bucket', id, null, null, version, epoch, sealed from ${ringTable(this.ring, 'buckets')} where ${buckets}
      union all
      select 'key', id, kind, bucket, bucket_version, null, sealed from ${ringTable(this.ring, 'keys')} where ${keys}
      `.execute(this.#reader.sql);
    const parts = Object.groupBy(rows, row => row.part);
    const [ring] = parts.ring ?? [];
    if (ring === undefined) {
      throw new ErasableError('ring_row_missing', `The database has no ring ${this.ring}`);
    }
    return {
      ring: this.ring,
      epoch: ring.epoch,
      buckets: (parts.bucket ?? []).map(bucketRow),
      keys: (parts.key ?? []).map(keyRow),
    };
  }
}

export function ringTable(ring: RingName, table: 'ring' | 'buckets' | 'keys'): RawBuilder<unknown> {
  return sql.table(`${ring}_ring.${table}`);
}

function bucketRow({ id, version, epoch, sealed }: AnyRow): BucketRow {
  return { id, version, epoch, sealedKey: sealed };
}

function keyRow({ id, kind, bucket, version, sealed }: AnyRow): KeyRow {
  return { id, kind, bucket, bucketVersion: version, sealedKey: sealed };
}
