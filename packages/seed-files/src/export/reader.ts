import { SeedFileError, type SeedFileErrorCode } from '../errors.ts';
import { LINE_FEED } from '../factory-csv-layout.ts';
import { type ExportFormat, LAYOUTS } from './formats.ts';
import { type ExportLayout, type Part, partsOf } from './layout.ts';
import { RowFields } from './row-fields.ts';
import type { ExportFields } from './token.ts';

/** Takes one row; `seed` is wiped and used again as soon as it returns. */
export type TakeRow = (fields: ExportFields, seed: Uint8Array) => void;

/** The most bytes that anything in a row may have beside the text of the format itself. */
const FIELD_LIMIT = 1024;

const SPACE = 0x20;

/** One of the pieces of a file: which of several it is, its bytes tell. */
interface Piece {
  readonly kind: 'header' | 'row' | 'trailer';
  readonly parts: readonly Part[];
}

/**
 * Reads an attacker-controlled file of one format in pieces of any size, in constant memory and strictly: only what
 * `ExportWriter` writes. Faults name the line. What it holds of the file is wiped at the end and after a fault.
 */
export class ExportReader implements Disposable {
  readonly #layout: ExportLayout;
  readonly #take: TakeRow;
  readonly #fields: RowFields;
  readonly #following: readonly Piece[];
  readonly #text = new Uint8Array(new ArrayBuffer(FIELD_LIMIT));
  readonly #seed = new Uint8Array(new ArrayBuffer(FIELD_LIMIT));
  /** What the bytes since the last piece may still become. */
  #candidates: readonly Piece[];
  #part = 0;
  /** Bytes of the current part. */
  #filled = 0;
  #seedLength = 0;
  #line = 1;

  constructor(format: ExportFormat, take: TakeRow) {
    this.#layout = LAYOUTS[format];
    this.#take = take;
    this.#fields = new RowFields(this.#layout);
    const { header, totp, hotp, trailer } = this.#layout;
    const rows = [...new Set([totp, hotp ?? totp])];
    this.#following = [...rows.flatMap(row => piece('row', row)), ...piece('trailer', trailer)];
    this.#candidates = header === '' ? this.#following : piece('header', header);
  }

  /** Throws `header_malformed`, `row_malformed`, `serial_malformed` or `seed_malformed` for the first thing that is wrong. */
  push(chunk: Uint8Array): void {
    try {
      for (const byte of chunk) {
        this.#step(byte);
        if (byte === LINE_FEED) this.#line += 1;
      }
    } catch (error) {
      this.wipe();
      throw error;
    }
  }

  /**
   * Call it where a row must have ended: a file without a newline at its end does not tell. Throws `file_truncated` when
   * it has not, and what `push` throws.
   */
  settle(): void {
    try {
      if (this.#isInLastHole()) this.#takeHole();
      if (this.#part > 0 || this.#filled > 0) throw this.#truncated();
    } catch (error) {
      this.wipe();
      throw error;
    }
  }

  /** Call it after the last piece. Throws `file_truncated` when the file ends before it should, and what `push` throws. */
  end(): void {
    this.settle();
    const isAtRow = this.#candidates === this.#following && this.#layout.trailer === '';
    if (this.#candidates.length > 0 && !isAtRow) throw this.#truncated();
  }

  wipe(): void {
    this.#text.fill(0);
    this.#seed.fill(0);
  }

  [Symbol.dispose](): void {
    this.wipe();
  }

  #step(byte: number): void {
    const part = this.#candidates[0]?.parts[this.#part];
    if (part === undefined) throw this.#fault('row_malformed', 'bytes follow the end of the file');
    if ('literal' in part) this.#match(byte);
    else if (byte !== this.#terminator()) this.#collect(byte);
    else {
      this.#takeHole();
      this.#step(byte);
    }
  }

  #match(byte: number): void {
    const fitting = this.#candidates.filter(({ parts }) => this.#literalByte(parts) === byte);
    if (fitting.length === 0) throw this.#mismatch();
    if (fitting.length < this.#candidates.length) this.#candidates = fitting;
    this.#filled += 1;
    if (this.#literalByte(this.#candidates[0]?.parts ?? []) === undefined) this.#advance();
  }

  #literalByte(parts: readonly Part[]): number | undefined {
    const part = parts[this.#part];
    return part !== undefined && 'literal' in part ? part.literal[this.#filled] : undefined;
  }

  /** The byte that ends the hole: the first one of what comes next, be it a row. */
  #terminator(): number | undefined {
    const next = this.#candidates[0]?.parts[this.#part + 1] ?? this.#following[0]?.parts[0];
    return next !== undefined && 'literal' in next ? next.literal[0] : undefined;
  }

  #isInLastHole(): boolean {
    const parts = this.#candidates[0]?.parts ?? [];
    const part = parts[this.#part];
    return this.#part > 0 && this.#part === parts.length - 1 && part !== undefined && 'hole' in part;
  }

  #collect(byte: number): void {
    if (this.#filled === FIELD_LIMIT || byte < SPACE) throw this.#mismatch();
    this.#text[this.#filled] = byte;
    this.#filled += 1;
  }

  #takeHole(): void {
    const part = this.#candidates[0]?.parts[this.#part];
    if (part === undefined || 'literal' in part) throw this.#mismatch();
    const text = this.#text.subarray(0, this.#filled);
    if (part.hole === 'seed') this.#takeSeed(text);
    else if (!this.#fields.take(part.hole, text)) {
      const code = part.hole === 'serial' ? 'serial_malformed' : 'row_malformed';
      throw this.#fault(code, `the ${part.hole} is not one that this format can hold here`);
    }
    text.fill(0);
    this.#advance();
  }

  #takeSeed(text: Uint8Array): void {
    const { codec } = this.#layout;
    const size = codec.size(text);
    this.#seedLength = size;
    const isSize = Number.isInteger(size) && size > 0;
    if (isSize && codec.read(text, this.#seed.subarray(0, size))) return;
    throw this.#fault('seed_malformed', 'the seed is not in the encoding of the format');
  }

  #advance(): void {
    const [current] = this.#candidates;
    this.#part += 1;
    this.#filled = 0;
    if (current === undefined || this.#part < current.parts.length) return;
    this.#part = 0;
    this.#candidates = current.kind === 'trailer' ? [] : this.#following;
    if (current.kind === 'row') this.#takeRow();
  }

  #takeRow(): void {
    const seed = this.#seed.subarray(0, this.#seedLength);
    try {
      this.#take(this.#fields.drain(), seed);
    } finally {
      seed.fill(0);
    }
  }

  #mismatch(): SeedFileError {
    const isHeader = this.#candidates[0]?.kind === 'header';
    if (isHeader) return this.#fault('header_malformed', 'the file does not begin as this format does');
    return this.#fault('row_malformed', 'this is no row of this format');
  }

  #truncated(): SeedFileError {
    return this.#fault('file_truncated', 'the file ends too early');
  }

  #fault(code: SeedFileErrorCode, reason: string): SeedFileError {
    return new SeedFileError(code, `line ${this.#line}: ${reason}`);
  }
}

function piece(kind: Piece['kind'], text: string): Piece[] {
  return text === '' ? [] : [{ kind, parts: partsOf(text) }];
}
