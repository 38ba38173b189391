import { base32Length, OathError, readBase32, writeBase32 } from '@seedlot/oath';
import type { SeedCodec } from './seed-codec.ts';

/** Seeds as text: `hex` in lower case, `base32` in upper case without padding. */
export type SeedEncoding = 'hex' | 'base32';

const DIGITS = new TextEncoder().encode('0123456789abcdef');
const NO_DIGIT = 0xff;
const DIGIT_VALUES = new Uint8Array(256).fill(NO_DIGIT);
for (const [value, code] of DIGITS.entries()) DIGIT_VALUES[code] = value;

const FIRST_LOWER_CASE = 0x61;

const hex: SeedCodec = {
  length: bytes => bytes * 2,
  size: text => text.length / 2,
  write(seeds, first, after, out, at) {
    for (let i = first, to = at; i < after; i++, to += 2) {
      const byte = seeds[i] ?? 0;
      out[to] = DIGITS[byte >>> 4] ?? 0;
      out[to + 1] = DIGITS[byte & 15] ?? 0;
    }
  },
  read(text, seed) {
    for (let i = 0; i < seed.length; i++) {
      const high = DIGIT_VALUES[text[2 * i] ?? 0] ?? NO_DIGIT;
      const low = DIGIT_VALUES[text[2 * i + 1] ?? 0] ?? NO_DIGIT;
      if (high === NO_DIGIT || low === NO_DIGIT) return false;
      seed[i] = (high << 4) | low;
    }
    return text.length === seed.length * 2;
  },
};

const base32: SeedCodec = {
  length: base32Length,
  size: text => Math.floor((text.length * 5) / 8),
  write: writeBase32,
  read(text, seed) {
    if (text.some(code => code >= FIRST_LOWER_CASE)) return false;
    try {
      return readBase32(text, seed) === seed.length;
    } catch (error) {
      if (error instanceof OathError) return false;
      throw error;
    }
  },
};

export const SEED_CODECS: Readonly<Record<SeedEncoding, SeedCodec>> = { hex, base32 };
