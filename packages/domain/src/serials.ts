import { DomainError } from './errors.ts';
import type { Range } from './ranges.ts';

/** The most digits the number at the end of a serial may have: 10 to the power of 18 still fits an int8. */
export const SERIAL_DIGITS_LIMIT = 18;

/**
 * Where a serial is unique. The printed text is split into a stem (everything up to the last character that is no
 * digit) and a fixed count of digits, so that two products whose prefixes meet (`99` and `990`) share one space and
 * cannot print the same serial.
 */
export interface SerialSpace {
  readonly stem: string;
  readonly digits: number;
}

/** A product's serials: `prefix` followed by a number of exactly `width` digits. */
export interface SerialPattern {
  readonly prefix: string;
  readonly width: number;
}

/** The space that a pattern prints into, and the numbers of it that the pattern can print. */
export function serialsOf(pattern: SerialPattern): { space: SerialSpace; numbers: Range } {
  const leading = /\d*$/.exec(pattern.prefix)?.[0] ?? '';
  const digits = leading.length + pattern.width;
  if (pattern.width < 1 || digits > SERIAL_DIGITS_LIMIT) {
    throw new DomainError(
      'serial_malformed',
      `A serial may end in 1 to ${SERIAL_DIGITS_LIMIT} digits; prefix and width ask for ${digits}`,
    );
  }
  const size = 10n ** BigInt(pattern.width);
  const first = BigInt(leading === '' ? 0 : leading) * size;
  const stem = pattern.prefix.slice(0, pattern.prefix.length - leading.length);
  return { space: { stem, digits }, numbers: { first, after: first + size } };
}

export function printSerial(space: SerialSpace, number: bigint): string {
  return space.stem + number.toString().padStart(space.digits, '0');
}

/** First and last serial as people write a run of them. */
export function printSerials(space: SerialSpace, range: Range): string {
  const last = range.after - 1n;
  if (range.first === last) return printSerial(space, last);
  return `${printSerial(space, range.first)}–${printSerial(space, last)}`;
}

/** Splits an attacker-controlled text into its space and number. Throws `serial_malformed`. */
export function parseSerial(text: string): { space: SerialSpace; number: bigint } {
  const match = /^([A-Z0-9-]{0,32}?)(\d{1,18})$/.exec(text);
  const [, stem = '', digits = ''] = match ?? [];
  if (match === null || /\d$/.test(stem)) {
    throw new DomainError(
      'serial_malformed',
      'A serial is capital letters, digits and hyphens, and ends in 1 to 18 digits',
    );
  }
  return { space: { stem, digits: digits.length }, number: BigInt(digits) };
}
