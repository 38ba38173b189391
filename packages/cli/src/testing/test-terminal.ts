import { CliError } from '../errors.ts';
import type { Screen, Terminal } from '../terminal.ts';

/** A screen that keeps what it gets. */
export class TestScreen implements Screen {
  readonly columns: number | null;
  readonly rows: number | null;
  readonly colours = false;
  /** Called after every write: something happens just then. */
  onWrite: () => void = () => {};
  readonly #written: Buffer[] = [];

  constructor(columns: number | null) {
    this.columns = columns;
    this.rows = columns === null ? null : 24;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#written);
  }

  async write(data: string | Uint8Array): Promise<void> {
    this.#written.push(Buffer.from(data));
    this.onWrite();
  }
}

export interface TestTerminalParts {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly columns?: number | null;
  readonly stdin?: Uint8Array;
  readonly attended?: boolean;
}

/** A terminal for one command: it waits for nothing, and its clock goes a second further at every look. */
export class TestTerminal implements Terminal {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly home: string;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly attended: boolean;
  readonly stdout: TestScreen;
  readonly stderr: TestScreen;
  /** Milliseconds that the command asked to wait, each time. */
  readonly pauses: number[] = [];
  readonly #interrupt = new AbortController();
  #now = 0;

  constructor({ args, env = {}, folder, columns = null, stdin, attended = false }: TestTerminalParts) {
    this.args = args;
    this.env = env;
    this.folder = folder;
    this.home = folder;
    this.stdin = (async function* () {
      if (stdin !== undefined) yield stdin;
    })();
    this.attended = attended;
    this.stdout = new TestScreen(columns);
    this.stderr = new TestScreen(columns);
  }

  get interrupted(): AbortSignal {
    return this.#interrupt.signal;
  }

  interrupt(signal: 'SIGINT' | 'SIGTERM'): void {
    this.#interrupt.abort(signal);
  }

  now(): number {
    this.#now += 1000;
    return this.#now;
  }

  async pause(milliseconds: number): Promise<void> {
    if (this.interrupted.aborted) throw new CliError('interrupted', 'Interrupted');
    this.pauses.push(milliseconds);
  }
}
