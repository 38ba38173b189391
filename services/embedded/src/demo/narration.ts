/** Prints what the demo does, in plain words: steps numbered, checks marked. */
export class Narration {
  #step = 0;
  #checks = 0;
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  get checks(): number {
    return this.#checks;
  }

  step(text: string): void {
    this.#step += 1;
    this.#write(`\n${this.#step}. ${text}`);
  }

  tell(text: string): void {
    this.#write(`   ${text}`);
  }

  /** A check that fails ends the demo: what it shows must be true. */
  check(text: string, holds: boolean): void {
    if (!holds) throw new CheckFailed(text);
    this.#checks += 1;
    this.#write(`   ✓ ${text}`);
  }
}

/** Something that the demo promised did not hold. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';

  constructor(check: string) {
    super(`This does not hold: ${check}`);
  }
}
