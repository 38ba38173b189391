import { LINE_FEED } from './bytes.ts';
import type { FaultList } from './fault-list.ts';
import { encodingOf, MARK_LENGTH, OPENING_LENGTH } from './opening.ts';

/** The most bytes of a line without its LF. */
export const LINE_LENGTH_LIMIT = 1024;

/** Takes one line without its LF; the bytes are the reader's and may change afterwards. */
export type TakeLine = (line: number, bytes: Uint8Array) => void;

/**
 * Cuts an attacker-controlled file, which comes in pieces of any size, into lines. It holds one line at most. What is wrong with the
 * file as a whole is told once: a byte order mark is skipped, of UTF-16 nothing is read.
 */
export class LineReader implements Disposable {
  readonly #faults: FaultList<string>;
  readonly #take: TakeLine;
  readonly #held = new Uint8Array(LINE_LENGTH_LIMIT);
  readonly #opening = new Uint8Array(OPENING_LENGTH);
  #heldLength = 0;
  #openingLength = 0;
  #isOpen = false;
  #isUnreadable = false;
  #isTooLong = false;
  #line = 1;

  constructor(faults: FaultList<string>, take: TakeLine) {
    this.#faults = faults;
    this.#take = take;
  }

  push(chunk: Uint8Array): void {
    const rest = this.#isOpen ? chunk : this.#open(chunk);
    if (!this.#isUnreadable) this.#cut(rest);
  }

  /** Call it after the last piece: a last line needs no LF. Returns whether there was anything that could be read. */
  end(): boolean {
    if (!this.#isOpen) this.#decide();
    if (this.#heldLength > 0) this.#finish(this.#held.subarray(0, 0));
    this.wipe();
    return this.#line > 1 || this.#isUnreadable;
  }

  wipe(): void {
    this.#held.fill(0);
    this.#opening.fill(0);
  }

  [Symbol.dispose](): void {
    this.wipe();
  }

  /** Gathers the bytes that tell the encoding. Returns what follows them. */
  #open(chunk: Uint8Array): Uint8Array {
    const part = chunk.subarray(0, OPENING_LENGTH - this.#openingLength);
    this.#opening.set(part, this.#openingLength);
    this.#openingLength += part.length;
    if (this.#openingLength === OPENING_LENGTH) this.#decide();
    return chunk.subarray(part.length);
  }

  #decide(): void {
    const opening = this.#opening.subarray(0, this.#openingLength);
    const encoding = encodingOf(opening);
    this.#isOpen = true;
    this.#isUnreadable = encoding === 'utf-16';
    if (encoding === 'utf-16') this.#faults.tell(1, 'encoding_utf16', 'The file is UTF-16');
    else if (encoding === 'utf-8') this.#cut(opening);
    else {
      this.#faults.tell(1, 'byte_order_mark', 'The file begins with a byte order mark');
      this.#cut(opening.subarray(MARK_LENGTH));
    }
  }

  #cut(bytes: Uint8Array): void {
    let from = 0;
    for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, from)) {
      this.#finish(bytes.subarray(from, at));
      from = at + 1;
    }
    if (from < bytes.length) this.#hold(bytes.subarray(from));
  }

  #hold(part: Uint8Array): void {
    const room = LINE_LENGTH_LIMIT - this.#heldLength;
    this.#isTooLong ||= part.length > room;
    this.#held.set(part.subarray(0, room), this.#heldLength);
    this.#heldLength += Math.min(part.length, room);
  }

  #finish(last: Uint8Array): void {
    if (this.#heldLength > 0 || last.length > LINE_LENGTH_LIMIT) this.#hold(last);
    const line = this.#heldLength > 0 ? this.#held.subarray(0, this.#heldLength) : last;
    if (this.#isTooLong) {
      this.#faults.tell(this.#line, 'line_too_long', `The line is longer than ${LINE_LENGTH_LIMIT} bytes`);
    } else this.#take(this.#line, line);
    this.#line += 1;
    this.#heldLength = 0;
    this.#isTooLong = false;
  }
}
