import { generateKeySync, type KeyObject } from 'node:crypto';

/** Where fresh keys come from. A port, so that a test can show what a source that repeats itself would do. */
export interface KeySource {
  /** A key of 32 bytes that nobody has drawn before. */
  draw(): KeyObject;
}

/** Keys from the operating system's random bytes, drawn inside OpenSSL: their bytes never enter JavaScript's heap. */
export const randomKeys: KeySource = { draw: () => generateKeySync('aes', { length: 256 }) };
