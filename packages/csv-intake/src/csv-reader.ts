import { COMMA, SEMICOLON, TAB } from './bytes.ts';
import type { FaultList } from './fault-list.ts';
import { FieldSplitter } from './field-splitter.ts';
import type { Columns } from './header.ts';
import { readableContent } from './line-content.ts';
import { LineReader } from './line-reader.ts';
import { RowReader, type TakeRow } from './row-reader.ts';

/**
 * Reads an attacker-controlled CSV in pieces of any size: UTF-8, a header, commas, LF, no quotes. It tells everything that is wrong, not
 * only the first fault; to find more it reads on as if what is wrong in the same way everywhere (separators, quotes, CRLF) were right.
 * A file with any fault is to be refused as a whole. It needs the memory of one batch of lines, however long the file is.
 */
export class CsvReader<Name extends string> implements Disposable {
  readonly #faults: FaultList<string>;
  readonly #lines: LineReader;
  readonly #rows: RowReader<Name>;
  #splitter: FieldSplitter | null = null;

  /** The file has the columns of one of `choices`. `take` gets each row that has all its fields. */
  constructor(choices: readonly Columns<Name>[], faults: FaultList<string>, take: TakeRow<Name>) {
    this.#faults = faults;
    this.#rows = new RowReader(choices, faults, take);
    this.#lines = new LineReader(faults, (line, bytes) => this.#takeLine(line, bytes));
  }

  /** Gives the rows that end in this chunk. */
  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
    this.#splitter?.flush();
  }

  /** Call it after the last piece. */
  end(): void {
    if (!this.#lines.end()) this.#faults.tell(1, 'file_empty', 'The file is empty');
    this.#splitter?.flush();
  }

  wipe(): void {
    this.#lines.wipe();
    this.#splitter?.wipe();
  }

  [Symbol.dispose](): void {
    this.wipe();
  }

  #takeLine(line: number, bytes: Uint8Array): void {
    const content = readableContent(line, bytes, this.#faults);
    if (content === null) return;
    this.#splitter ??= this.#splitterFor(line, content);
    this.#splitter.add(line, content);
  }

  #splitterFor(line: number, header: Uint8Array): FieldSplitter {
    return new FieldSplitter(this.#separatorOf(line, header), (number, fields) =>
      this.#rows.takeLine(number, fields),
    );
  }

  #separatorOf(line: number, header: Uint8Array): number {
    if (header.includes(COMMA)) return COMMA;
    if (header.includes(SEMICOLON)) {
      this.#faults.tell(line, 'separator_semicolon', 'The fields are separated by semicolons');
      return SEMICOLON;
    }
    if (!header.includes(TAB)) return COMMA;
    this.#faults.tell(line, 'separator_tab', 'The fields are separated by tabs');
    return TAB;
  }
}
