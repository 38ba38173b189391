import type { LotShape, SerialResult } from '@seedlot/domain';
import type { ReportedRun, ReportVerdict } from '@seedlot/ledger';

const SCRAPPED = 1;

/** What a part says of each serial of its lot: a few bytes for each, however the lines are ordered. */
export class SerialTally {
  readonly #firstSerial: bigint;
  /** The line of each serial, 0 for none. */
  readonly #lines: Uint32Array;
  readonly #results: Uint8Array;
  /** Behind the codes of each sample; made when the first comes. 0 for none: no counter goes on at less than 2. */
  #nextCounters: Uint32Array | null = null;
  #noted = 0;
  #samples = 0;

  constructor({ firstSerial, quantity }: LotShape) {
    this.#firstSerial = firstSerial;
    this.#lines = new Uint32Array(quantity);
    this.#results = new Uint8Array(quantity);
  }

  /** The line of a serial of the lot, counted from its first one; 0 when it has none. */
  lineOf(index: number): number {
    return this.#lines[index] ?? 0;
  }

  get isEmpty(): boolean {
    return this.#noted === 0;
  }

  note(index: number, line: number, result: SerialResult): void {
    this.#lines[index] = line;
    this.#noted += 1;
    if (result === 'scrapped') this.#results[index] = SCRAPPED;
  }

  /** A sample fits; HOTP goes on at `nextCounter`. */
  noteSample(index: number, nextCounter: number | null): void {
    this.#samples += 1;
    if (nextCounter === null) return;
    this.#nextCounters ??= new Uint32Array(this.#lines.length);
    this.#nextCounters[index] = nextCounter;
  }

  verdict(): ReportVerdict {
    const runs = [...this.#runs()];
    const count = (result: SerialResult) =>
      Number(runs.reduce((sum, run) => sum + (run.result === result ? run.after - run.first : 0n), 0n));
    return { runs, burned: count('burned'), scrapped: count('scrapped'), samples: this.#samples };
  }

  *#runs(): Generator<ReportedRun> {
    for (let first = 0; first < this.#lines.length; ) {
      let after = first + 1;
      while (after < this.#lines.length && this.#areAlike(first, after)) after += 1;
      if (this.lineOf(first) > 0) yield this.#run(first, after);
      first = after;
    }
  }

  #areAlike(one: number, other: number): boolean {
    return (
      this.lineOf(one) > 0 === this.lineOf(other) > 0 &&
      this.#results[one] === this.#results[other] &&
      this.#nextCounters?.[one] === this.#nextCounters?.[other]
    );
  }

  #run(first: number, after: number): ReportedRun {
    const nextCounter = this.#nextCounters?.[first] ?? 0;
    return {
      first: this.#firstSerial + BigInt(first),
      after: this.#firstSerial + BigInt(after),
      result: this.#results[first] === SCRAPPED ? 'scrapped' : 'burned',
      nextCounter: nextCounter === 0 ? null : nextCounter,
    };
  }
}
