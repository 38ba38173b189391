import { printSerial } from '@seedlot/domain';
import { SeedFileError } from './errors.ts';
import {
  COMMA,
  DIGIT_NINE,
  DIGIT_ZERO,
  type FactoryCsvFormat,
  FactoryCsvLayout,
  HEADER,
  LINE_FEED,
} from './factory-csv-layout.ts';

/** Writes a factory file piece by piece into buffers of the caller's, which then hold seeds as text: wipe them. */
export class FactoryCsvWriter {
  readonly #layout: FactoryCsvLayout;

  /** Throws `format_invalid`. */
  constructor(format: FactoryCsvFormat) {
    this.#layout = new FactoryCsvLayout(format);
  }

  /** The first line. */
  get header(): Uint8Array {
    return HEADER.slice();
  }

  /** Bytes of one row with its LF; `count` rows need `count` times as many. */
  get rowLength(): number {
    return this.#layout.rowLength;
  }

  /**
   * Writes the rows of `count` tokens with consecutive serials from `firstSerial` on; their seeds are the start of
   * `seeds`. Returns how many bytes of `out` were written. Throws `serials_exhausted` when the digits do not suffice, and
   * `buffer_too_small`; then nothing is written.
   */
  writeRows(out: Uint8Array, firstSerial: bigint, seeds: Uint8Array, count: number): number {
    const { rowLength, seedLength, seedAt, codec, serials } = this.#layout;
    this.#assertRoom(out, seeds, count);
    this.#assertSerials(firstSerial, count);
    const serial = new TextEncoder().encode(printSerial(serials, firstSerial));
    for (let row = 0, at = 0; row < count; row++, at += rowLength) {
      for (let i = 0; i < serial.length; i++) out[at + i] = serial[i] ?? 0;
      out[at + seedAt - 1] = COMMA;
      codec.write(seeds, row * seedLength, (row + 1) * seedLength, out, at + seedAt);
      out[at + rowLength - 1] = LINE_FEED;
      countUp(serial);
    }
    return count * rowLength;
  }

  #assertRoom(out: Uint8Array, seeds: Uint8Array, count: number): void {
    const { rowLength, seedLength } = this.#layout;
    if (out.length >= count * rowLength && seeds.length >= count * seedLength) return;
    const message = `${count} rows need ${count * seedLength} bytes of seeds and ${count * rowLength} of room`;
    throw new SeedFileError('buffer_too_small', `${message}, not ${seeds.length} and ${out.length}`);
  }

  #assertSerials(first: bigint, count: number): void {
    const { digits } = this.#layout.serials;
    if (first >= 0n && first + BigInt(count) <= 10n ** BigInt(digits)) return;
    throw new SeedFileError(
      'serials_exhausted',
      `${count} serials from ${first} on do not fit in ${digits} digits`,
    );
  }
}

/** The next serial, in place; after the last one of its digits comes nothing that is written. */
function countUp(serial: Uint8Array): void {
  let i = serial.length - 1;
  while (serial[i] === DIGIT_NINE) serial[i--] = DIGIT_ZERO;
  serial[i] = (serial[i] ?? 0) + 1;
}
