/** How much the benchmarks do. */
export interface Scale {
  readonly rounds: number;
  /** Tokens of the largest lot. */
  readonly quantity: number;
  /** Jobs of a queue in one round. */
  readonly jobs: number;
}

export const FULL: Scale = { rounds: 5, quantity: 1_000_000, jobs: 5_000 };

/** To see that the benchmarks run; its figures say little. */
export const QUICK: Scale = { rounds: 2, quantity: 100_000, jobs: 1_000 };
