import type { CsvFaultCode, Fault } from './fault.ts';
import { FIXES } from './fixes.ts';

/** The most faults that are kept of one file: who has more, has one cause for most of them. */
export const FAULT_LIMIT = 10_000;

/** Everything that is wrong with one file. It keeps `FAULT_LIMIT` faults, whatever the file, and counts them all. */
export class FaultList<Code extends string = never> {
  readonly #kept: Fault<CsvFaultCode | Code>[] = [];
  readonly #told = new Set<CsvFaultCode>();
  #count = 0;

  /** How many there are, kept or not. */
  get count(): number {
    return this.#count;
  }

  add(fault: Fault<CsvFaultCode | Code>): void {
    this.#count += 1;
    if (this.#kept.length < FAULT_LIMIT) this.#kept.push(fault);
  }

  tell(line: number, code: CsvFaultCode, message: string, serial?: string): void {
    this.add({ line, code, message, fix: FIXES[code], ...(serial === undefined ? {} : { serial }) });
  }

  /** For what is the same in every line of a file: it is told for the first line alone. */
  tellOnce(line: number, code: CsvFaultCode, message: string): void {
    if (this.#told.has(code)) return;
    this.#told.add(code);
    this.tell(line, code, message);
  }

  /** The faults that were kept, by line. */
  byLine(): Fault<CsvFaultCode | Code>[] {
    return this.#kept.toSorted((a, b) => a.line - b.line);
  }
}
