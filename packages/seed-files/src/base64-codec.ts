import type { SeedCodec } from './seed-codec.ts';

const ALPHABET = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const NO_DIGIT = 0xff;
const VALUES = new Uint8Array(256).fill(NO_DIGIT);
for (const [value, code] of ALPHABET.entries()) VALUES[code] = value;

const PADDING = 0x3d;

/** base64 of RFC 4648, section 4, with its padding. */
export const base64: SeedCodec = {
  length: bytes => Math.ceil(bytes / 3) * 4,

  size(text) {
    return (text.length / 4) * 3 - paddingOf(text);
  },

  write(seeds, first, after, out, at) {
    for (let i = first, to = at; i < after; i += 3, to += 4) {
      const left = after - i;
      const bits =
        (byteOf(seeds, i) << 16) | (byteOf(seeds, i + 1, left > 1) << 8) | byteOf(seeds, i + 2, left > 2);
      out[to] = ALPHABET[bits >>> 18] ?? 0;
      out[to + 1] = ALPHABET[(bits >>> 12) & 63] ?? 0;
      out[to + 2] = left > 1 ? (ALPHABET[(bits >>> 6) & 63] ?? 0) : PADDING;
      out[to + 3] = left > 2 ? (ALPHABET[bits & 63] ?? 0) : PADDING;
    }
  },

  read(text, seed) {
    if (text.length !== base64.length(seed.length) || base64.size(text) !== seed.length) return false;
    const digits = text.length - paddingOf(text);
    let bits = 0;
    let count = 0;
    let to = 0;
    for (let i = 0; i < digits; i++) {
      const value = VALUES[text[i] ?? 0] ?? NO_DIGIT;
      if (value === NO_DIGIT) return false;
      bits = ((bits << 6) | value) & 0xfff;
      count += 6;
      if (count < 8) continue;
      count -= 8;
      seed[to++] = (bits >>> count) & 0xff;
    }
    return (bits & ((1 << count) - 1)) === 0;
  },
};

/** Bytes after the last one of a seed belong to other seeds: they count as zero. */
function byteOf(seeds: Uint8Array, i: number, isOfSeed = true): number {
  return isOfSeed ? (seeds[i] ?? 0) : 0;
}

function paddingOf(text: Uint8Array): number {
  if (text.at(-1) !== PADDING) return 0;
  return text.at(-2) === PADDING ? 2 : 1;
}
