import { printSerial, printSerials, type Range, type SerialSpace } from '@seedlot/domain';
import { CsvReader } from './csv-reader.ts';
import type { FaultList } from './fault-list.ts';
import type { Row } from './row.ts';
import { type OtpKind, readSample, type Sample } from './sample.ts';
import { readSerial } from './serial-field.ts';

export type ReportColumn = 'lot' | 'serial' | 'result' | 'otp' | 'next_otp' | 'time' | 'counter';

/** What a report must be about. */
export interface ReportedLot {
  readonly lot: string;
  readonly space: SerialSpace;
  readonly numbers: Range;
  readonly otp: OtpKind;
}

/** What became of one token. */
export interface ReportRow {
  readonly line: number;
  /** The serial's number in the lot's space; one of the lot's. */
  readonly number: bigint;
  readonly result: 'burned' | 'scrapped';
  /** The codes in it are wiped as soon as the row was taken. */
  readonly sample: Sample | null;
}

const COLUMNS = {
  required: ['lot', 'serial', 'result'],
  optional: ['otp', 'next_otp', 'time', 'counter'],
} as const;

/**
 * Reads an attacker-controlled production report of one lot: `lot,serial,result` and the columns of a sample, in any order. Gives the
 * rows that can be understood, in their order, and tells all faults; whether a serial comes twice, and whether a sample fits, is for
 * who takes the rows.
 */
export class ProductionReportReader implements Disposable {
  readonly #lot: ReportedLot;
  readonly #faults: FaultList<string>;
  readonly #take: (row: ReportRow) => void;
  readonly #csv: CsvReader<ReportColumn>;

  constructor(lot: ReportedLot, faults: FaultList<string>, take: (row: ReportRow) => void) {
    this.#lot = lot;
    this.#faults = faults;
    this.#take = take;
    this.#csv = new CsvReader([COLUMNS], faults, row => this.#takeRow(row));
  }

  push(chunk: Uint8Array): void {
    this.#csv.push(chunk);
  }

  /** Call it after the last piece. */
  end(): void {
    this.#csv.end();
  }

  [Symbol.dispose](): void {
    this.#csv.wipe();
  }

  #takeRow(row: Row<ReportColumn>): void {
    const known = this.#faults.count;
    const isOfLot = this.#checkLot(row);
    const number = isOfLot ? this.#numberOf(row) : null;
    const result = this.#resultOf(row);
    const sample = readSample(row, this.#lot.otp, result, this.#faults);
    if (number === null || result === null || this.#faults.count > known) return;
    this.#take({ line: row.line, number, result, sample });
  }

  /** A row of another lot says nothing about this one's serials. */
  #checkLot(row: Row<ReportColumn>): boolean {
    if (row.text('lot') === this.#lot.lot) return true;
    this.#faults.tell(row.line, 'lot_foreign', `The line is not about ${this.#lot.lot}`);
    return false;
  }

  #numberOf(row: Row<ReportColumn>): bigint | null {
    const { lot, space, numbers } = this.#lot;
    const serial = readSerial(row.line, row.text('serial'), [space], this.#faults);
    if (serial === null) return null;
    if (serial.number >= numbers.first && serial.number < numbers.after) return serial.number;
    const printed = printSerial(space, serial.number);
    const message = `${printed} is none of ${printSerials(space, numbers)}, the serials of ${lot}`;
    this.#faults.tell(row.line, 'serial_foreign', message, printed);
    return null;
  }

  #resultOf(row: Row<ReportColumn>): 'burned' | 'scrapped' | null {
    const result = row.text('result');
    if (result === 'burned' || result === 'scrapped') return result;
    this.#faults.tell(row.line, 'result_unknown', 'The result is neither burned nor scrapped');
    return null;
  }
}
