import { OathError } from './errors.ts';

const ALPHABET = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567');
const INVALID = 0xff;
const VALUES = new Uint8Array(256).fill(INVALID);
for (const [value, code] of ALPHABET.entries()) {
  VALUES[code] = value;
  VALUES[String.fromCharCode(code).toLowerCase().charCodeAt(0)] = value;
}

/** Characters of `bytes` bytes in base32 without padding. */
export function base32Length(bytes: number): number {
  return Math.ceil((bytes * 8) / 5);
}

/**
 * Writes bytes `first` to before `after` of `bytes` to `out` from `at` on, as base32 of RFC 4648, section 6: upper case,
 * without padding. Returns where the text ends. Throws `buffer_too_small`.
 */
export function writeBase32(
  bytes: Uint8Array,
  first: number,
  after: number,
  out: Uint8Array,
  at: number,
): number {
  const end = at + base32Length(after - first);
  if (after > bytes.length || end > out.length)
    throw new OathError(
      'buffer_too_small',
      `bytes ${first} to ${after} of ${bytes.length} do not fit at ${at} of ${out.length}`,
    );
  const whole = after - ((after - first) % 5);
  let to = at;
  for (let i = first; i < whole; i += 5, to += 8) {
    const middle = byteAt(bytes, i + 2);
    write20Bits((byteAt(bytes, i) << 12) | (byteAt(bytes, i + 1) << 4) | (middle >>> 4), out, to);
    write20Bits(((middle & 15) << 16) | (byteAt(bytes, i + 3) << 8) | byteAt(bytes, i + 4), out, to + 4);
  }
  writeRest(bytes, whole, after, out, to);
  return end;
}

/** Four characters. */
function write20Bits(bits: number, out: Uint8Array, at: number): void {
  out[at] = characterOf(bits >>> 15);
  out[at + 1] = characterOf((bits >>> 10) & 31);
  out[at + 2] = characterOf((bits >>> 5) & 31);
  out[at + 3] = characterOf(bits & 31);
}

/** Fewer than five bytes, filled up with zero bits. */
function writeRest(bytes: Uint8Array, first: number, after: number, out: Uint8Array, at: number): void {
  let bits = 0;
  let count = 0;
  let to = at;
  for (let i = first; i < after; i++) {
    bits = ((bits << 8) | byteAt(bytes, i)) & 0xfff;
    for (count += 8; count >= 5; count -= 5) out[to++] = characterOf((bits >>> (count - 5)) & 31);
  }
  if (count > 0) out[to] = characterOf((bits << (5 - count)) & 31);
}

function byteAt(bytes: Uint8Array, i: number): number {
  return bytes[i] ?? 0;
}

function characterOf(value: number): number {
  return ALPHABET[value] ?? 0;
}

/**
 * Decodes base32 of RFC 4648 without padding, in upper or lower case, from attacker-controlled `text` to the start of
 * `out`, and returns how many bytes it wrote. Strict: any other character, a length that no bytes have, and bits left
 * over that are not zero (section 3.5) throw `base32_malformed`; a text has one reading, and bytes one text in each case.
 */
export function readBase32(text: Uint8Array, out: Uint8Array): number {
  const length = Math.floor((text.length * 5) / 8);
  if (base32Length(length) !== text.length) throw malformed(`no bytes have ${text.length} characters`);
  if (length > out.length)
    throw new OathError('buffer_too_small', `${length} bytes do not fit in ${out.length}`);
  let bits = 0;
  let count = 0;
  let to = 0;
  for (const [i, code] of text.entries()) {
    const value = VALUES[code] ?? INVALID;
    if (value === INVALID) throw malformed(`character ${i + 1} is not of its alphabet`);
    bits = ((bits << 5) | value) & 0xfff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    out[to++] = (bits >>> count) & 0xff;
  }
  if ((bits & ((1 << count) - 1)) !== 0) throw malformed('its last bits are not zero');
  return length;
}

function malformed(reason: string): OathError {
  return new OathError('base32_malformed', `this is no base32: ${reason}`);
}
