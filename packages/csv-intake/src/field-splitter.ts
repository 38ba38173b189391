import { parse } from 'csv-parse/sync';
import { LINE_FEED, QUOTE } from './bytes.ts';
import { LINE_LENGTH_LIMIT } from './line-reader.ts';

/** Takes the fields of one line; they are wiped as soon as it returns. */
export type TakeFields = (line: number, fields: readonly Buffer[]) => void;

/**
 * The rows of a batch, about 500 bytes a field, live until its last one was taken. They must be few beside the young generation of
 * `npm start`: with 32 KiB nearly all of them were promoted, and a report made garbage of a kilobyte a line.
 */
const BATCH_LENGTH = 2 * 1024;
const ZERO = 0x30;

/**
 * Splits clean lines at a separator with csv-parse, a batch at a time. The fields are bytes and never strings, as a sample of an OTP may
 * be among them. The batch and the fields are wiped after use; csv-parse itself keeps the bytes of the last field, so that the last line
 * of each batch ends with zeros. It has as many fields as the first: csv-parse makes an error with its stack of every other line.
 */
export class FieldSplitter implements Disposable {
  readonly #take: TakeFields;
  readonly #separator: Buffer;
  readonly #batch = Buffer.allocUnsafeSlow(BATCH_LENGTH + 3 * (LINE_LENGTH_LIMIT + 1));
  #lines: number[] = [];
  #length = 0;
  #longest = 1;
  /** In the first line of the batch. */
  #separators = 0;

  constructor(separator: number, take: TakeFields) {
    this.#separator = Buffer.of(separator);
    this.#take = take;
  }

  /** Adds a line of 1 to `LINE_LENGTH_LIMIT` bytes without CR and LF. Its quotes are left out. */
  add(line: number, bytes: Uint8Array): void {
    if (this.#length === 0) this.#separators = countOf(this.#separator[0], bytes);
    for (const byte of bytes) if (byte !== QUOTE) this.#batch[this.#length++] = byte;
    this.#batch[this.#length++] = LINE_FEED;
    this.#longest = Math.max(this.#longest, bytes.length);
    this.#lines.push(line);
    if (this.#length >= BATCH_LENGTH) this.flush();
  }

  /** Gives the lines that wait. */
  flush(): void {
    const lines = this.#lines;
    try {
      const records = this.#split();
      for (const [i, fields] of records.entries()) this.#give(lines[i], fields);
    } finally {
      this.wipe();
    }
  }

  wipe(): void {
    this.#batch.fill(0, 0, this.#length + this.#separators + this.#longest);
    this.#lines = [];
    this.#length = 0;
    this.#longest = 1;
    this.#separators = 0;
  }

  [Symbol.dispose](): void {
    this.wipe();
  }

  #split(): readonly Buffer[][] {
    const zeros = this.#length + this.#separators;
    const end = zeros + this.#longest;
    this.#batch.fill(this.#separator, this.#length, zeros).fill(ZERO, zeros, end);
    const options = { encoding: null, quote: null, escape: null, record_delimiter: '\n' } as const;
    // csv-parse's types know only fields that are strings; with no encoding they are bytes.
    const records: unknown = parse(this.#batch.subarray(0, end), {
      ...options,
      delimiter: this.#separator,
      relax_column_count: true,
    });
    return records as Buffer[][];
  }

  #give(line: number | undefined, fields: readonly Buffer[]): void {
    try {
      if (line !== undefined) this.#take(line, fields);
    } finally {
      for (const field of fields) field.fill(0);
    }
  }
}

function countOf(wanted: number | undefined, bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === wanted) count += 1;
  return count;
}
