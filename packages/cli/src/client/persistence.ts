import { CliError, type Problem } from '../errors.ts';
import type { Terminal } from '../terminal.ts';

/** Says to the person, in words, that something takes longer. */
export type Tell = (text: string) => Promise<void>;

/** Milliseconds before each further try: eight seconds together, longer than a server takes to start again. */
const DELAYS = [250, 500, 1000, 2000, 4000] as const;
const LONGEST_DELAY = 10_000;

/**
 * Counts the tries of one piece of work. `again` resolves when the work may be tried again, and throws the fault where
 * that is no use or has been done often enough.
 */
export class Persistence {
  readonly #terminal: Pick<Terminal, 'pause'>;
  readonly #tell: Tell;
  #failures = 0;
  #sent = false;

  constructor(terminal: Pick<Terminal, 'pause'>, tell: Tell) {
    this.#terminal = terminal;
    this.#tell = tell;
  }

  /** The work got further: what failed before no longer counts. */
  progress(): void {
    this.#failures = 0;
    this.#sent = true;
  }

  async again(fault: unknown): Promise<void> {
    const delay = DELAYS[this.#failures];
    if (!(fault instanceof CliError) || delay === undefined || !this.#passes(fault)) throw fault;
    this.#failures += 1;
    this.#sent ||= fault.code !== 'server_unreachable';
    // A single failure is over before anybody has read of it.
    if (this.#failures === 2) await this.#tell(`${fault.message}; trying again`);
    await this.#terminal.pause(Math.min(LONGEST_DELAY, Math.max(delay, fault.retryAfter * 1000)));
  }

  /** A server that was never there is not waited for; one that was may be starting again. */
  #passes(fault: CliError): boolean {
    if (fault.code === 'server_unreachable') return this.#sent;
    return fault.code === 'connection_lost' || (fault.problem !== null && isPassing(fault.problem));
  }
}

/** A server that is busy or starts, and a factory file whose records are published in a moment. */
function isPassing({ status, code }: Problem): boolean {
  return status === 503 || status === 429 || code === 'records_unpublished';
}
