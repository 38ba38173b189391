import { secretMemory } from '@seedlot/erasable';
import { ExportCheck, type ExportFormat, type ExportToken, ExportWriter } from '@seedlot/seed-files';

/** Bytes of text that are collected before they are given on. */
const CHUNK_BYTES = 65_536;

/** More bytes than header, trailer or any row has. */
const PIECE_LIMIT = 8192;

/** The text of a customer's file as it grows, each piece read back before it is given on. Holds seeds: dispose it. */
export class ExportText implements Disposable {
  readonly #writer: ExportWriter;
  readonly #check: ExportCheck;
  readonly #text = secretMemory(CHUNK_BYTES + 2 * PIECE_LIMIT);
  #filled = 0;
  #rows = 0;

  constructor(format: ExportFormat) {
    this.#writer = new ExportWriter(format);
    this.#check = new ExportCheck(format);
    this.#check.header(this.#put(this.#writer.header));
  }

  /** Whether it is time to take a chunk. */
  get isFull(): boolean {
    return this.#filled >= CHUNK_BYTES;
  }

  /** Throws `format_cannot_express`, and `self_check_failed` when the row that was written is not that of the token. */
  add(token: ExportToken, seed: Uint8Array): void {
    const room = this.#text.subarray(this.#filled);
    const row = room.subarray(0, this.#writer.writeRow(room, token, seed));
    this.#check.row(row, token, seed);
    this.#filled += row.length;
    this.#rows += 1;
  }

  /** What was added since the last time; overwritten by what is added next. */
  take(): Uint8Array {
    const chunk = this.#text.subarray(0, this.#filled);
    this.#filled = 0;
    return chunk;
  }

  /** Ends the file: its last chunk. */
  end(): Uint8Array {
    this.#check.end(this.#put(this.#writer.trailer), this.#rows);
    return this.take();
  }

  [Symbol.dispose](): void {
    this.#text.fill(0);
    this.#check[Symbol.dispose]();
  }

  #put(bytes: Uint8Array): Uint8Array {
    this.#text.set(bytes, this.#filled);
    this.#filled += bytes.length;
    return bytes;
  }
}
