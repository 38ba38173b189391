import { SeedFileError } from '../errors.ts';
import { assertExpressible, type ExportFormat, LAYOUTS } from './formats.ts';
import type { ExportLayout } from './layout.ts';
import { type ExportField, type ExportToken, fieldsOf } from './token.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/**
 * Writes a customer's file piece by piece: the header, rows in any order, the trailer. Rows go into buffers of the caller's,
 * which then hold seeds as text: wipe them.
 */
export class ExportWriter {
  readonly format: ExportFormat;
  readonly #layout: ExportLayout;
  #first: ExportToken | null = null;

  constructor(format: ExportFormat) {
    this.format = format;
    this.#layout = LAYOUTS[format];
  }

  /** Of the file's name, without a dot. */
  get extension(): string {
    return this.#layout.extension;
  }

  /** The media type of the file. */
  get media(): string {
    return this.#layout.media;
  }

  /** What comes before the first row; may be empty. */
  get header(): Uint8Array {
    return bytesOf(this.#layout.header);
  }

  /** What comes after the last row; may be empty. */
  get trailer(): Uint8Array {
    return bytesOf(this.#layout.trailer);
  }

  /** Bytes of the row of this token. Throws `format_cannot_express`. */
  rowLength(token: ExportToken): number {
    const [before, after] = this.#textsOf(token);
    return before.length + this.#layout.codec.length(token.product.seedLength) + after.length;
  }

  /**
   * Writes the row of one token to the start of `out` and returns how many bytes it has. Throws `format_cannot_express`, also
   * where the token does not go with the first one of the file, `seed_malformed` for a seed of another length than the
   * product's, and `buffer_too_small`; then nothing is written.
   */
  writeRow(out: Uint8Array, token: ExportToken, seed: Uint8Array): number {
    const { codec } = this.#layout;
    const [before, after] = this.#textsOf(token);
    assertSeedLength(token.product.seedLength, seed);
    const seedEnd = before.length + codec.length(seed.length);
    assertRoom(seedEnd + after.length, out);
    out.set(before);
    codec.write(seed, 0, seed.length, out, before.length);
    out.set(after, seedEnd);
    this.#first ??= token;
    return seedEnd + after.length;
  }

  /** What stands before and after the seed. */
  #textsOf(token: ExportToken): [Uint8Array, Uint8Array] {
    assertExpressible(this.format, this.#first === null ? [token] : [this.#first, token]);
    const fields = fieldsOf(token);
    const row = token.product.oath.type === 'totp' ? this.#layout.totp : (this.#layout.hotp ?? '');
    const [before = '', after = ''] = row.split('{seed}').map(text => this.#fill(text, fields));
    return [bytesOf(before), bytesOf(after)];
  }

  #fill(text: string, fields: Partial<Record<ExportField, string>>): string {
    return text.replace(/\{(\w+)\}/g, (_, name: ExportField) => this.#layout.escape(fields[name] ?? ''));
  }
}

function assertSeedLength(expected: number, seed: Uint8Array): void {
  if (seed.length === expected) return;
  throw new SeedFileError('seed_malformed', `the product's seeds have ${expected} bytes, not ${seed.length}`);
}

function assertRoom(wanted: number, out: Uint8Array): void {
  if (out.length >= wanted) return;
  throw new SeedFileError('buffer_too_small', `the row needs ${wanted} bytes of room, not ${out.length}`);
}
