import { plain } from '../output/plain.ts';
import { fit } from '../output/width.ts';
import type { Screen, Terminal } from '../terminal.ts';
import { Pace } from './pace.ts';
import { barLine, type Progress, share, textLine, type Unit } from './progress-line.ts';

/** Milliseconds between two drawings of a bar, and between two lines in a file. */
const BAR_REST = 100;
const LINE_REST = 1000;
/** How much further the work must be for another line in a file. */
const LINE_STEP = 0.1;
/**
 * Columns that stay free: a terminal whose last column is written may have begun the next line already, and the `^C`
 * that it shows for a Ctrl-C must not begin one.
 */
const FREE = 3;
const CLEAR = '\r\x1b[K';

export interface Reading {
  /** What is going on: a word or two. A new one is always told. */
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

/** Tells on stderr how far some work is: a bar for a person, a few plain lines for a file. */
export class Meter {
  readonly #screen: Screen;
  readonly #clock: Pick<Terminal, 'now'>;
  readonly #unit: Unit;
  #pace = new Pace();
  #told: { label: string; share: number; at: number } | null = null;
  #drawn = false;

  constructor(terminal: Pick<Terminal, 'stderr' | 'now'>, unit: Unit) {
    this.#screen = terminal.stderr;
    this.#clock = terminal;
    this.#unit = unit;
  }

  async update(reading: Reading): Promise<void> {
    const at = this.#clock.now();
    if (this.#told?.label !== reading.label) this.#pace = new Pace();
    this.#pace.note(reading.done, at);
    if (!this.#isDue(reading, at)) return;
    this.#told = { label: reading.label, share: share(reading), at };
    const progress: Progress = {
      ...reading,
      label: plain(reading.label),
      unit: this.#unit,
      rate: this.#pace.rate(),
      left: this.#pace.secondsLeft(reading.total),
    };
    await (this.#screen.columns === null ? this.#line(textLine(progress)) : this.#bar(progress));
  }

  /** Something to say between two readings: it stays, the bar does not. */
  async say(text: string): Promise<void> {
    await this.clear();
    await this.#line(plain(text));
  }

  /** Takes the bar away: what follows starts on a clean line. */
  async clear(): Promise<void> {
    if (!this.#drawn) return;
    this.#drawn = false;
    await this.#screen.write(CLEAR);
  }

  #isDue(reading: Reading, at: number): boolean {
    const told = this.#told;
    if (told === null || told.label !== reading.label) return true;
    const further = share(reading) - told.share;
    if (this.#screen.columns !== null) return at - told.at >= BAR_REST || share(reading) === 1;
    const due = at - told.at >= LINE_REST && Math.abs(further) >= LINE_STEP;
    return due || (share(reading) === 1 && further !== 0);
  }

  async #bar(progress: Progress): Promise<void> {
    const columns = Math.max(1, (this.#screen.columns ?? 80) - FREE);
    this.#drawn = true;
    await this.#screen.write(`${CLEAR}${fit(barLine(progress, columns), columns)}`);
  }

  #line(text: string): Promise<void> {
    return this.#screen.write(`${text}\n`);
  }
}
