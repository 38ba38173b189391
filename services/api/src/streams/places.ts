import { ApiError } from '../errors.ts';

/** A limited number of places for streams, over all callers and for each of them. */
export class Places {
  readonly #limits: { readonly total: number; readonly each: number };
  readonly #taken = new Map<string, number>();

  constructor(limits: { readonly total: number; readonly each: number }) {
    this.#limits = limits;
  }

  /** Takes a place until `leave` is called, once or more. Throws `streams_exhausted`. */
  take(actor: string): { leave(): void } {
    const own = this.#taken.get(actor) ?? 0;
    const all = this.#taken.values().reduce((sum, count) => sum + count, 0);
    if (own >= this.#limits.each || all >= this.#limits.total) {
      throw new ApiError(
        'streams_exhausted',
        'Too many streams are open; close one, or try again in a moment',
      );
    }
    this.#taken.set(actor, own + 1);
    let taken = true;
    return {
      leave: () => {
        if (taken) this.#release(actor);
        taken = false;
      },
    };
  }

  #release(actor: string): void {
    const left = (this.#taken.get(actor) ?? 1) - 1;
    if (left === 0) this.#taken.delete(actor);
    else this.#taken.set(actor, left);
  }
}
