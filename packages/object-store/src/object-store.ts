/** What a completed `put` stored. */
export interface StoredObject {
  /** Length of the object. */
  readonly bytes: number;
  /** SHA-256 of the object, 64 lower-case hex digits, computed while it was written. */
  readonly sha256: string;
}

/** Bytes `start` (inclusive) to `end` (exclusive) of an object: 0 <= start <= end <= size. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Keeps whole objects by name. Only sealed bytes and public log files come here: a store is taken to be read,
 * copied and rolled back by others, and nothing secret may depend on a deletion in it.
 *
 * A name is segments of [a-z0-9._-] joined by '/'; see `assertObjectName`. Every method refuses any other name with
 * 'object_name_invalid'. A store that cannot be asked throws 'store_unreachable'; one where something foreign lies in
 * the place of an object throws 'store_tampered'. No name may also be the folder of another: an adapter may answer
 * 'object_exists' to that.
 */
export interface ObjectStore {
  /**
   * Stores all of `source` under `name`; afterwards the object is durable. It is visible to others completely or not
   * at all: at a failure, an abort or a crash nothing is there under the name, and the object that was there before
   * is untouched.
   *
   * Pulls `source` once, from start to end, one chunk at a time; a chunk is not used any more once the next one is
   * pulled, so a source may overwrite one buffer. The source is returned (closed) when the put ends early.
   *
   * Throws 'object_exists' when the name is taken, also if another put of it won in the meantime; 'source_failed' with
   * the source's own error as `cause`; 'put_aborted' when `signal` aborted, without waiting for a hanging source, or
   * when a `delete` of this name took the unfinished object away; 'store_full' when the space or a quota is used up.
   */
  put(
    name: string,
    source: AsyncIterable<Uint8Array>,
    options?: { signal?: AbortSignal },
  ): Promise<StoredObject>;

  /**
   * The object's bytes, or those of `range`, in chunks that belong to the caller. Nothing is opened before the first
   * pull, which throws 'object_absent' or 'object_range_invalid' where that is so. Stopping early is allowed.
   */
  read(name: string, range?: ByteRange): AsyncIterable<Uint8Array>;

  /** Length of the object in bytes; null when there is none. */
  size(name: string): Promise<number | null>;

  /**
   * Removes the object, all versions of it, and what unfinished puts of this name have left so far. Returns only after
   * the store itself confirmed that nothing is there; no object is no error.
   */
  delete(name: string): Promise<void>;

  /**
   * Names of all complete objects that start with `prefix` ('' for all), in byte order. Objects that come or go
   * meanwhile may be listed or not.
   */
  list(prefix: string): AsyncIterable<string>;
}
