/** Goes from array to array, so that no seed is ever a string. */
export interface SeedCodec {
  /** Characters of a seed of `bytes` bytes. */
  length(bytes: number): number;
  /** Bytes of the seed that `text` is, if it is one; no whole number where it cannot be. */
  size(text: Uint8Array): number;
  /** Writes bytes `first` to before `after` of `seeds` to `out` from `at` on. */
  write(seeds: Uint8Array, first: number, after: number, out: Uint8Array, at: number): void;
  /** Decodes attacker-controlled `text` to fill `seed`; false for any text that `write` does not give. */
  read(text: Uint8Array, seed: Uint8Array): boolean;
}
