import { duration } from '../output/figures.ts';
import { plain } from '../output/plain.ts';
import { fit } from '../output/width.ts';
import type { Terminal } from '../terminal.ts';

const CLEAR = '\r\x1b[K';
/** Columns that stay free, for the `^C` of a Ctrl-C. */
const FREE = 3;
/** Milliseconds between two looks at something that is not done yet. */
const LOOK = 500;

/** Tells on stderr that something without a measure goes on: a line that counts seconds, or one line in a file. */
export class Waiting {
  readonly #terminal: Pick<Terminal, 'stderr' | 'now' | 'pause'>;
  readonly #since: number;
  #told = '';
  #drawn = false;

  constructor(terminal: Pick<Terminal, 'stderr' | 'now' | 'pause'>) {
    this.#terminal = terminal;
    this.#since = terminal.now();
  }

  /** Says what is waited for, and resolves when it is time to look again. Rejects when interrupted. */
  async another(what: string): Promise<void> {
    const { columns } = this.#terminal.stderr;
    if (columns !== null) await this.#draw(what, columns - FREE);
    else if (what !== this.#told) await this.say(what);
    this.#told = what;
    await this.#terminal.pause(LOOK);
  }

  /** Something to say that stays. */
  async say(text: string): Promise<void> {
    await this.clear();
    await this.#terminal.stderr.write(`${plain(text)}\n`);
  }

  async clear(): Promise<void> {
    if (!this.#drawn) return;
    this.#drawn = false;
    await this.#terminal.stderr.write(CLEAR);
  }

  async #draw(what: string, columns: number): Promise<void> {
    const seconds = duration((this.#terminal.now() - this.#since) / 1000);
    this.#drawn = true;
    await this.#terminal.stderr.write(`${CLEAR}${fit(`${what}, ${seconds}`, columns)}`);
  }
}
