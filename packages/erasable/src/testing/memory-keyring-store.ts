import { ErasableError } from '../errors.ts';
import {
  BUCKET_KEYS,
  type BucketId,
  type BucketRow,
  type KeyId,
  type KeyRow,
  type KeyringStore,
  type KeyringTransaction,
  type RingName,
  type RingRows,
  type RotatedRows,
} from '../keyring-rows.ts';
import type { RootId } from '../root-slot.ts';

/**
 * A ring in memory, for tests: one transaction at a time, with the constraints of the database. It remembers every
 * state that its rows ever had, also those of transactions that failed, as write-ahead logs and backups do.
 */
export class MemoryKeyringStore implements KeyringStore {
  readonly ring: RingName;
  readonly copies: RingRows[] = [];
  readonly #bucketKeys: number;
  #rows: RingRows | null = null;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(ring: RingName, bucketKeys: number = BUCKET_KEYS) {
    this.ring = ring;
    this.#bucketKeys = bucketKeys;
  }

  async epoch(): Promise<RootId | null> {
    return this.#rows?.epoch ?? null;
  }

  async found(): Promise<void> {
    this.#rows ??= { ring: this.ring, epoch: 0, buckets: [], keys: [] };
  }

  async find(ids: readonly KeyId[]): Promise<RingRows> {
    return found(this.#committed(), ids);
  }

  async snapshot(ids: readonly KeyId[] | 'all'): Promise<RingRows> {
    return snapshot(this.#committed(), ids);
  }

  transaction<T>(
    lock: KeyringTransaction['lock'],
    work: (transaction: KeyringTransaction) => Promise<T>,
  ): Promise<T> {
    const turn = this.#queue.then(async () => {
      const draft = new DraftRows(lock, this.#committed(), this.#bucketKeys, rows => this.copies.push(rows));
      const result = await work(draft);
      this.#rows = draft.commit();
      return result;
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** Puts the rows back to an older state, as a restore does. */
  restore(rows: RingRows): void {
    this.#rows = rows;
  }

  #committed(): RingRows {
    if (this.#rows === null) throw new ErasableError('ring_row_missing', `there is no ring ${this.ring}`);
    return this.#rows;
  }
}

class DraftRows implements KeyringTransaction {
  readonly ring: RingName;
  readonly lock: KeyringTransaction['lock'];
  readonly epoch: RootId;
  readonly #bucketKeys: number;
  readonly #written: (rows: RingRows) => void;
  #rows: RingRows;

  constructor(
    lock: KeyringTransaction['lock'],
    rows: RingRows,
    bucketKeys: number,
    written: (rows: RingRows) => void,
  ) {
    this.ring = rows.ring;
    this.lock = lock;
    this.epoch = rows.epoch;
    this.#bucketKeys = bucketKeys;
    this.#rows = rows;
    this.#written = written;
  }

  async find(ids: readonly KeyId[]): Promise<RingRows> {
    return found(this.#rows, ids);
  }

  async snapshot(ids: readonly KeyId[] | 'all'): Promise<RingRows> {
    return snapshot(this.#rows, ids);
  }

  async keysIn(buckets: readonly BucketId[]): Promise<readonly KeyRow[]> {
    return this.#rows.keys.filter(key => buckets.includes(key.bucket));
  }

  async claimBucket(): Promise<BucketRow | null> {
    const used = Map.groupBy(this.#rows.keys, key => key.bucket);
    return this.#rows.buckets.find(({ id }) => (used.get(id)?.length ?? 0) < this.#bucketKeys) ?? null;
  }

  async insertBucket(bucket: BucketRow): Promise<void> {
    this.#write({ ...this.#rows, buckets: [...this.#rows.buckets, bucket] });
  }

  async insertKey(key: KeyRow): Promise<void> {
    if (this.#rows.keys.some(({ id }) => id === key.id)) {
      throw new ErasableError('key_exists', `the ring ${this.ring} has a key ${key.id}`);
    }
    this.#write({ ...this.#rows, keys: [...this.#rows.keys, key] });
  }

  async replace({ from, to, buckets, keys, erased, emptied }: RotatedRows): Promise<void> {
    if (from !== this.epoch) throw new ErasableError('ring_moved', `not at ${from}`);
    const kept = this.#rows.buckets.filter(({ id }) => !emptied.includes(id));
    const left = this.#rows.keys.filter(({ id }) => !erased.includes(id));
    this.#write({ ring: this.ring, epoch: to, buckets: over(kept, buckets), keys: over(left, keys) });
  }

  /** The deferred foreign keys of the database. */
  commit(): RingRows {
    const { epoch, buckets, keys } = this.#rows;
    const versions = new Set(buckets.map(({ id, version }) => `${id} ${version}`));
    if (buckets.some(bucket => bucket.epoch !== epoch)) throw new Error('a bucket is of another epoch');
    if (keys.some(key => !versions.has(`${key.bucket} ${key.bucketVersion}`)))
      throw new Error('a key hangs loose');
    return this.#rows;
  }

  #write(rows: RingRows): void {
    this.#rows = rows;
    this.#written(rows);
  }
}

function found(rows: RingRows, ids: readonly KeyId[]): RingRows {
  const keys = rows.keys.filter(({ id }) => ids.includes(id));
  const buckets = new Set(keys.map(key => key.bucket));
  return { ...rows, keys, buckets: rows.buckets.filter(({ id }) => buckets.has(id)) };
}

function snapshot(rows: RingRows, ids: readonly KeyId[] | 'all'): RingRows {
  return ids === 'all' ? rows : { ...rows, keys: rows.keys.filter(({ id }) => ids.includes(id)) };
}

function over<Row extends { readonly id: string }>(
  rows: readonly Row[],
  written: readonly Row[],
): readonly Row[] {
  const byId = new Map(written.map(row => [row.id, row]));
  return rows.map(row => byId.get(row.id) ?? row);
}
