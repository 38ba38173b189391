/** What may happen to a process at a call to the world outside of it. */
export const MISHAPS = ['dies', 'refused', 'unanswered'] as const;

/**
 * `dies`: the call is never made, and no call after it: the process is gone, none of its `finally` runs.
 * `refused`: the call fails, nothing has happened. `unanswered`: the call takes effect, but its caller gets an error.
 */
export type Mishap = (typeof MISHAPS)[number];

/** What a call does: it changes something that others can see, or it only looks at it or prepares a change. */
export type Doing = 'effect' | 'look';

/** The fault that a refused or unanswered call ends with. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

const limbo: unknown[] = [];

/**
 * Counts the calls of one process to its ports, and harms one of them. Others know a process by its effects alone: to
 * die before a look is to die before the next effect, so looks are not counted. To be refused one is to know of it: then
 * the first look after each effect counts.
 */
export class Tripwire {
  readonly #at: number;
  readonly mishap: Mishap;
  readonly #tripped = Promise.withResolvers<void>();
  readonly #ends: (() => void)[] = [];
  #calls = 0;
  #last: Doing = 'effect';
  #dead = false;

  /** @param at the number of the call that is harmed, from 1; Infinity for none */
  constructor(mishap: Mishap, at: number) {
    this.mishap = mishap;
    this.#at = at;
  }

  get calls(): number {
    return this.#calls;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  get hasTripped(): boolean {
    return this.#calls >= this.#at;
  }

  /** Called when the process dies: what the operating system closes for it. */
  onDeath(end: () => void): void {
    this.#ends.push(end);
  }

  async around<T>(doing: Doing, call: () => Promise<T>): Promise<T> {
    if (this.#dead) return this.forever();
    if (!this.#counts(doing)) return call();
    this.#calls += 1;
    if (this.#calls !== this.#at) return call();
    if (this.mishap === 'dies') return this.#die();
    if (this.mishap === 'unanswered') await call();
    throw new Fault(`call ${this.#at} was ${this.mishap}`);
  }

  #counts(doing: Doing): boolean {
    const isFirst = doing !== this.#last;
    this.#last = doing;
    return doing === 'effect' || (isFirst && this.mishap === 'refused');
  }

  /** Runs the work of the process until it ends, well or not, or the process dies. */
  async live(work: () => Promise<void>): Promise<void> {
    await Promise.race([work().catch(fault => this.#expectOwn(fault)), this.#tripped.promise]);
  }

  /** Where the dead wait. What they held is kept, since nobody but the operating system may tidy up behind them. */
  forever<T>(): Promise<T> {
    return new Promise(resolve => limbo.push(resolve));
  }

  /** A harmed process may fail with whatever it makes of the fault; one that nothing happened to may not. */
  #expectOwn(fault: unknown): void {
    if (!this.hasTripped) throw fault;
  }

  #die<T>(): Promise<T> {
    this.#dead = true;
    for (const end of this.#ends) end();
    this.#tripped.resolve();
    return this.forever();
  }
}
