import { SPACE, TAB } from './bytes.ts';
import type { Header } from './header.ts';

/** One line's fields by column, as bytes of csv-parse's that are wiped after the row was taken. */
export class Row<Name extends string> {
  readonly line: number;
  readonly #header: Header<Name>;
  readonly #fields: readonly Buffer[];

  constructor(line: number, header: Header<Name>, fields: readonly Buffer[]) {
    this.line = line;
    this.#header = header;
    this.#fields = fields;
  }

  /** The bytes of a field; none where the file lacks the column. */
  bytes(column: Name): Buffer {
    return this.#fields[this.#header.places.get(column) ?? -1] ?? NOTHING;
  }

  /** The field as text: for everything but a sample's codes, which are never strings. */
  text(column: Name): string {
    return textOf(this.bytes(column));
  }
}

const NOTHING = Buffer.alloc(0);

export function textOf(field: Buffer): string {
  return field.toString('utf8');
}

/** The field without the spaces around it; itself when it has none. */
export function trimmed(field: Buffer): Buffer {
  let first = 0;
  let after = field.length;
  while (first < after && isSpace(field[first])) first += 1;
  while (after > first && isSpace(field[after - 1])) after -= 1;
  return after - first === field.length ? field : field.subarray(first, after);
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}
