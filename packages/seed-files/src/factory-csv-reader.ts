import { SeedFileError, type SeedFileErrorCode } from './errors.ts';
import { COMMA, type FactoryCsvFormat, FactoryCsvLayout, HEADER, LINE_FEED } from './factory-csv-layout.ts';

/** Takes one token; `seed` is wiped and used again as soon as it returns. */
export type TakeToken = (serial: bigint, seed: Uint8Array) => void;

/**
 * Reads an attacker-controlled factory file in pieces of any size, strictly: only what `FactoryCsvWriter` writes in this format, in
 * whatever order of serials. Faults name the line. What it holds of the file is wiped at the end and after a fault.
 */
export class FactoryCsvReader implements Disposable {
  readonly #layout: FactoryCsvLayout;
  readonly #take: TakeToken;
  readonly #line: Uint8Array;
  readonly #seed: Uint8Array;
  #filled = 0;
  #lineNumber = 1;

  /** Throws `format_invalid`. */
  constructor(format: FactoryCsvFormat, take: TakeToken) {
    this.#layout = new FactoryCsvLayout(format);
    this.#take = take;
    this.#line = new Uint8Array(new ArrayBuffer(Math.max(HEADER.length, this.#layout.rowLength)));
    this.#seed = new Uint8Array(new ArrayBuffer(format.seedLength));
  }

  /** Throws `header_malformed`, `row_malformed`, `serial_malformed` or `seed_malformed` for the first line that is wrong. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + this.#lineLength - this.#filled);
      this.#line.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#lineLength) this.#takeLine();
    }
  }

  /** Call it after the last piece. Throws `file_truncated` when the file ends before its header or within a row. */
  end(): void {
    const isWhole = this.#filled === 0 && this.#lineNumber > 1;
    this.wipe();
    if (!isWhole) throw this.#fault('file_truncated', 'the file ends before the line does');
  }

  wipe(): void {
    this.#line.fill(0);
    this.#seed.fill(0);
  }

  [Symbol.dispose](): void {
    this.wipe();
  }

  get #lineLength(): number {
    return this.#lineNumber === 1 ? HEADER.length : this.#layout.rowLength;
  }

  #takeLine(): void {
    try {
      if (this.#lineNumber === 1) this.#checkHeader();
      else this.#readRow();
    } finally {
      this.wipe();
    }
    this.#filled = 0;
    this.#lineNumber += 1;
  }

  #checkHeader(): void {
    if (HEADER.every((byte, i) => byte === this.#line[i])) return;
    throw this.#fault('header_malformed', 'the header is not serial,seed');
  }

  #readRow(): void {
    const { rowLength, seedAt } = this.#layout;
    const isRow = this.#line[seedAt - 1] === COMMA && this.#line.indexOf(LINE_FEED) === rowLength - 1;
    if (!isRow)
      throw this.#fault('row_malformed', `no serial and seed of ${rowLength - 2} characters together`);
    this.#take(this.#readSerial(), this.#readSeed());
  }

  #readSerial(): bigint {
    const { serials, serialLength } = this.#layout;
    const text = new TextDecoder().decode(this.#line.subarray(0, serialLength));
    const digits = text.slice(serials.stem.length);
    if (text.startsWith(serials.stem) && /^[0-9]+$/.test(digits)) return BigInt(digits);
    throw this.#fault('serial_malformed', `the serial is not ${serials.digits} digits after ${serials.stem}`);
  }

  #readSeed(): Uint8Array {
    const { codec, rowLength, seedAt, seedLength } = this.#layout;
    if (codec.read(this.#line.subarray(seedAt, rowLength - 1), this.#seed)) return this.#seed;
    throw this.#fault('seed_malformed', `the seed is not ${seedLength} bytes in the encoding of the file`);
  }

  #fault(code: SeedFileErrorCode, reason: string): SeedFileError {
    return new SeedFileError(code, `line ${this.#lineNumber}: ${reason}`);
  }
}
