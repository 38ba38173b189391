import type { FaultList } from './fault-list.ts';
import { type Columns, type Header, isRepeated, readHeader } from './header.ts';
import { Row, textOf, trimmed } from './row.ts';

/** Takes one row; its bytes are wiped as soon as it returns. */
export type TakeRow<Name extends string> = (row: Row<Name>) => void;

/** Makes rows of the split lines of a file, the first of which is its header. */
export class RowReader<Name extends string> {
  readonly #choices: readonly Columns<Name>[];
  readonly #faults: FaultList<string>;
  readonly #take: TakeRow<Name>;
  /** `undefined` before the first line, null when that was no header. */
  #header: Header<Name> | null | undefined;

  constructor(choices: readonly Columns<Name>[], faults: FaultList<string>, take: TakeRow<Name>) {
    this.#choices = choices;
    this.#faults = faults;
    this.#take = take;
  }

  takeLine(line: number, split: readonly Buffer[]): void {
    const fields = this.#withoutSpaces(line, split);
    if (this.#header === undefined) {
      this.#header = readHeader(line, fields.map(textOf), this.#choices, this.#faults);
    } else if (this.#header !== null) this.#takeRow(line, this.#header, fields);
  }

  #withoutSpaces(line: number, fields: readonly Buffer[]): readonly Buffer[] {
    const inner = fields.map(trimmed);
    if (inner.some((field, i) => field !== fields[i])) {
      this.#faults.tell(line, 'spaces_around', 'There are spaces around a field');
    }
    return inner;
  }

  #takeRow(line: number, header: Header<Name>, fields: readonly Buffer[]): void {
    if (fields.length !== header.width) {
      const counts = `The line has ${fields.length} fields, the header has ${header.width}`;
      this.#faults.tell(line, 'columns_miscounted', counts);
    } else if (isRepeated(header, fields)) {
      this.#faults.tell(line, 'header_repeated', 'The line is the header once more');
    } else this.#take(new Row(line, header, fields));
  }
}
