import { SeedFileError } from '../errors.ts';
import type { ExportFormat } from './formats.ts';
import { ExportReader } from './reader.ts';
import { type ExportFields, type ExportToken, FIELDS, fieldsOf } from './token.ts';

/**
 * Reads back each piece of a file as soon as it is written, before anybody else gets it: header, rows and trailer, as
 * `ExportWriter` gives them. Throws `self_check_failed` where a row is not that of its token, and what `ExportReader` throws.
 */
export class ExportCheck implements Disposable {
  readonly #reader: ExportReader;
  #expected: { readonly fields: ExportFields; readonly seed: Uint8Array } | null = null;
  #rows = 0;

  constructor(format: ExportFormat) {
    this.#reader = new ExportReader(format, (fields, seed) => this.#compare(fields, seed));
  }

  header(bytes: Uint8Array): void {
    this.#reader.push(bytes);
  }

  /** `bytes` must be the one row of this token with this seed. */
  row(bytes: Uint8Array, token: ExportToken, seed: Uint8Array): void {
    const before = this.#rows;
    this.#expected = { fields: fieldsOf(token), seed };
    this.#reader.push(bytes);
    this.#reader.settle();
    this.#expected = null;
    if (this.#rows !== before + 1) throw failed(`${this.#rows - before} rows were written for one token`);
  }

  /** Ends the file, which must have had `count` rows. */
  end(trailer: Uint8Array, count: number): void {
    this.#reader.push(trailer);
    this.#reader.end();
    if (this.#rows !== count) throw failed(`the file has ${this.#rows} rows, not ${count}`);
  }

  [Symbol.dispose](): void {
    this.#reader.wipe();
  }

  #compare(fields: ExportFields, seed: Uint8Array): void {
    this.#rows += 1;
    const wanted = this.#expected;
    if (wanted === null || !isSame(seed, wanted.seed)) throw failed('a seed is not that of its token');
    const wrong = FIELDS.filter(name => fields[name] !== undefined && fields[name] !== wanted.fields[name]);
    if (wrong.length > 0) throw failed(`${wrong.join(', ')} of a row are not those of its token`);
  }
}

/** Takes as long whatever the seeds hold. */
function isSame(seed: Uint8Array, wanted: Uint8Array): boolean {
  let difference = seed.length ^ wanted.length;
  for (let i = 0; i < seed.length; i++) difference |= (seed[i] ?? 0) ^ (wanted[i] ?? 0);
  return difference === 0;
}

function failed(reason: string): SeedFileError {
  return new SeedFileError('self_check_failed', reason);
}
