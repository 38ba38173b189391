import type { Sample } from '@seedlot/csv-intake';
import { type Product, printSerial, type Range } from '@seedlot/domain';
import { secretMemory } from '@seedlot/erasable';
import type { ReportToJudge } from '@seedlot/ledger';
import { hotpFits, totpFits } from '@seedlot/oath';
import type { OpenedLot, SeedRun } from '@seedlot/opened-lot';
import type { PartFaults } from './part-faults.ts';
import type { SerialTally } from './serial-tally.ts';

/** Samples that are checked at once: the pages of a lot are opened once for all of them. */
const CAPACITY = 65_536;

const DIGIT_ZERO = 0x30;

/** Where everything of one sample is, in 32-bit and 64-bit places. */
const INDEX = 0;
const OTP = 1;
const NEXT_OTP = 2;

/** Samples of one-time passwords on their way to be checked against the opened seeds; wiped after that. */
export class Samples implements Disposable {
  readonly #codes = new Uint32Array(secretMemory(CAPACITY * 3 * 4).buffer);
  /** Unix seconds, or the counter of the first code. */
  readonly #moments = new Float64Array(CAPACITY);
  #count = 0;

  /** Room for more. */
  get room(): number {
    return CAPACITY - this.#count;
  }

  /** Of a serial counted from the first one of its lot. */
  add(index: number, sample: Sample): void {
    const at = this.#count++;
    this.#codes[3 * at + INDEX] = index;
    this.#codes[3 * at + OTP] = numberOf(sample.otp);
    this.#codes[3 * at + NEXT_OTP] = sample.type === 'hotp' ? numberOf(sample.nextOtp) : 0;
    this.#moments[at] = sample.type === 'hotp' ? sample.counter : sample.time;
  }

  /** Checks all of them. Only the verdicts are kept: what fits in the tally, what does not as faults. */
  async check(lot: OpenedLot, part: ReportToJudge, tally: SerialTally, faults: PartFaults): Promise<void> {
    try {
      const places = this.#byIndex();
      const wanted = places.map(place => this.#serialAt(place, part));
      const unchecked = new Set(places);
      let next = 0;
      for await (const runs of lot.seeds(wanted)) {
        for (const run of runs) next = this.#checkRun(run, { places, next, unchecked, part, tally, faults });
      }
      for (const place of unchecked) this.#tellShredded(place, part, tally, faults);
    } finally {
      this.wipe();
    }
  }

  wipe(): void {
    this.#codes.fill(0);
    this.#moments.fill(0);
    this.#count = 0;
  }

  [Symbol.dispose](): void {
    this.wipe();
  }

  /** Their places in the order of their serials. */
  #byIndex(): number[] {
    const places = Array.from({ length: this.#count }, (_, place) => place);
    return places.toSorted((a, b) => this.#index(a) - this.#index(b));
  }

  #index(place: number): number {
    return this.#codes[3 * place + INDEX] ?? 0;
  }

  #serialAt(place: number, { shape }: ReportToJudge): Range {
    const first = shape.firstSerial + BigInt(this.#index(place));
    return { first, after: first + 1n };
  }

  #checkRun(run: SeedRun, work: CheckedSamples): number {
    const { places, unchecked, part, tally, faults } = work;
    const { firstSerial, seedLength } = part.shape;
    const first = Number(run.first - firstSerial);
    let next = work.next;
    for (; next < places.length; next++) {
      const place = places[next] ?? 0;
      const offset = this.#index(place) - first;
      if (offset >= run.count) break;
      if (offset < 0) continue;
      const seed = run.seeds.subarray(offset * seedLength, (offset + 1) * seedLength);
      unchecked.delete(place);
      if (this.#fits(place, seed, part.oath))
        tally.noteSample(this.#index(place), this.#nextCounter(place, part));
      else this.#tellUnfit(place, part, tally, faults);
    }
    return next;
  }

  #fits(place: number, seed: Uint8Array, oath: Product['oath']): boolean {
    const otp = this.#codes[3 * place + OTP] ?? 0;
    const moment = this.#moments[place] ?? 0;
    const source = { seed, hash: oath.hash, digits: oath.digits };
    if (oath.type === 'totp') return totpFits({ ...source, period: oath.period }, otp, moment);
    return hotpFits(source, otp, this.#codes[3 * place + NEXT_OTP] ?? 0, BigInt(moment));
  }

  #nextCounter(place: number, { oath }: ReportToJudge): number | null {
    return oath.type === 'hotp' ? (this.#moments[place] ?? 0) + 2 : null;
  }

  #tellUnfit(place: number, part: ReportToJudge, tally: SerialTally, faults: PartFaults): void {
    const serial = printSerial(part.space, this.#serialAt(place, part).first);
    const message = `The sample of ${serial} does not fit its seed`;
    faults.tell(tally.lineOf(this.#index(place)), 'otp_unfit', message);
  }

  #tellShredded(place: number, part: ReportToJudge, tally: SerialTally, faults: PartFaults): void {
    const serial = printSerial(part.space, this.#serialAt(place, part).first);
    faults.tell(tally.lineOf(this.#index(place)), 'otp_uncheckable', `The seed of ${serial} was shredded`);
  }
}

interface CheckedSamples {
  readonly places: readonly number[];
  /** The first of them that no run before has reached. */
  readonly next: number;
  readonly unchecked: Set<number>;
  readonly part: ReportToJudge;
  readonly tally: SerialTally;
  readonly faults: PartFaults;
}

/** The number that ASCII digits are. */
function numberOf(digits: Uint8Array): number {
  let number = 0;
  for (const digit of digits) number = number * 10 + digit - DIGIT_ZERO;
  return number;
}
