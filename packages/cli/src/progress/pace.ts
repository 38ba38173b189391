/** Milliseconds of the past that the rate is taken from: long enough to be calm, short enough to be true. */
const WINDOW = 10_000;

interface Sample {
  readonly at: number;
  readonly done: number;
}

/** How fast something goes, from what was seen of it in the last seconds. */
export class Pace {
  readonly #samples: Sample[] = [];

  /** `done` of the work are behind us at `at`, in milliseconds of a clock that never runs backwards. */
  note(done: number, at: number): void {
    if (done < (this.#samples.at(-1)?.done ?? 0)) this.#samples.length = 0; // it began anew
    this.#samples.push({ at, done });
    while (this.#samples.length > 2 && at - (this.#samples[1]?.at ?? at) > WINDOW) this.#samples.shift();
  }

  /** Units a second; null while nothing can be said. */
  rate(): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.at <= first.at) return null;
    return ((last.done - first.done) * 1000) / (last.at - first.at);
  }

  /** Seconds until `total` at this pace; null while nothing can be said, or when nothing moves. */
  secondsLeft(total: number): number | null {
    const rate = this.rate();
    const done = this.#samples.at(-1)?.done ?? 0;
    return rate === null || rate <= 0 ? null : Math.max(0, total - done) / rate;
  }
}
