import type { Screen } from '../terminal.ts';
import { styled } from './style.ts';

/** No cursor, and no wrapping: a line too long must not move those below it. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/**
 * A page that is painted again and again in one place, on the terminal's other screen: what stood there before comes
 * back at the end, with the last page below it. Each painting overwrites the last without clearing it first, so that
 * nothing flickers.
 */
export class Repainting implements AsyncDisposable {
  readonly #screen: Screen;
  #page: readonly string[] | null = null;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  async paint(page: readonly string[]): Promise<void> {
    const start = this.#page === null ? ENTER : '';
    this.#page = page;
    const lines = this.#fitting(page).map(line => `${line}${CLEAR_LINE}`);
    await this.#screen.write(`${start}${HOME}${lines.join('\r\n')}${CLEAR_BELOW}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#page === null) return;
    await this.#screen.write(`${LEAVE}${this.#page.map(line => `${line}\n`).join('')}`);
  }

  /** A line too many would move all the others up. */
  #fitting(page: readonly string[]): readonly string[] {
    const rows = Math.max(2, this.#screen.rows ?? page.length);
    if (page.length <= rows) return page;
    const shown = page.slice(0, rows - 1);
    return [...shown, styled(this.#screen, 'dim', `${page.length - shown.length} lines more below`)];
  }
}
