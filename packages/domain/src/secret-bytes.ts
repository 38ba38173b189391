const REFUSAL = 'SecretBytes cannot be turned into text';

/**
 * Bytes that must not outlive one step: read them through `bytes`, wipe them with `wipe` or `using`.
 * Printing one in any way (template, JSON, inspect, log) throws. JavaScript cannot promise that an engine keeps
 * no copy; what can be promised is that this class makes none.
 */
export class SecretBytes implements Disposable {
  #bytes: Uint8Array | null;

  /** Takes ownership of `bytes`: the caller keeps no other reference. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The living bytes, not a copy. Throws a RangeError once wiped. */
  get bytes(): Uint8Array {
    if (this.#bytes === null) throw new RangeError('SecretBytes were wiped');
    return this.#bytes;
  }

  get wiped(): boolean {
    return this.#bytes === null;
  }

  /** Overwrites with zeros and forgets; idempotent. */
  wipe(): void {
    this.#bytes?.fill(0);
    this.#bytes = null;
  }

  [Symbol.dispose](): void {
    this.wipe();
  }

  toString(): never {
    throw new TypeError(REFUSAL);
  }

  toJSON(): never {
    throw new TypeError(REFUSAL);
  }

  [Symbol.toPrimitive](): never {
    throw new TypeError(REFUSAL);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): never {
    throw new TypeError(REFUSAL);
  }
}
