import { printSerials, type Range, type SerialSpace } from '@seedlot/domain';
import { CsvReader } from './csv-reader.ts';
import type { FaultList } from './fault-list.ts';
import type { Row } from './row.ts';
import { readSerial } from './serial-field.ts';
import { type ListedSerials, RUN_LIMIT, SerialRuns } from './serial-runs.ts';

type ListColumn = 'serial' | 'first' | 'last';

const CHOICES = [
  { required: ['serial'], optional: [] },
  { required: ['first', 'last'], optional: [] },
] as const;

/**
 * Reads an attacker-controlled list of serials: the column `serial`, or the columns `first` and `last`, the last serial included. Tells
 * all faults, also of serials that come twice.
 */
export class SerialListReader implements Disposable {
  readonly #spaces: readonly SerialSpace[];
  readonly #faults: FaultList<string>;
  readonly #csv: CsvReader<ListColumn>;
  readonly #runs = new SerialRuns();

  /** `spaces` are those of all products: a serial of no product is a fault. */
  constructor(spaces: readonly SerialSpace[], faults: FaultList<string>) {
    this.#spaces = spaces;
    this.#faults = faults;
    this.#csv = new CsvReader<ListColumn>(CHOICES, faults, row => this.#takeRow(row));
  }

  push(chunk: Uint8Array): void {
    this.#csv.push(chunk);
  }

  /** Call it after the last piece. The serials of the list, space by space; worth something only when there is no fault. */
  end(): ListedSerials[] {
    this.#csv.end();
    for (const { line, space, range } of this.#runs.doubled()) {
      const printed = printSerials(space, range);
      this.#faults.tell(line, 'serial_doubled', `${printed} is in the list before this line`, printed);
    }
    return this.#runs.bySpace();
  }

  [Symbol.dispose](): void {
    this.#csv.wipe();
  }

  #takeRow(row: Row<ListColumn>): void {
    const run = this.#rangeOf(row);
    if (run === null || this.#runs.add(row.line, run.space, run.range)) return;
    const message = `The list has more than ${RUN_LIMIT} runs of serials, at this line`;
    this.#faults.tellOnce(row.line, 'list_too_long', message);
  }

  #rangeOf(row: Row<ListColumn>): { space: SerialSpace; range: Range } | null {
    const read = (text: string) => readSerial(row.line, text, this.#spaces, this.#faults);
    const alone = row.text('serial');
    const first = read(alone === '' ? row.text('first') : alone);
    const last = alone === '' ? read(row.text('last')) : first;
    if (first === null || last === null) return null;
    if (first.space !== last.space) {
      this.#faults.tell(row.line, 'serials_of_two_kinds', 'The first serial and the last differ in kind');
      return null;
    }
    const range = { first: first.number, after: last.number + 1n };
    if (range.first < range.after) return { space: first.space, range };
    this.#faults.tell(row.line, 'serials_backwards', 'The last serial comes before the first');
    return null;
  }
}
