/** How much the benchmarks do. */
export interface Scale {
  readonly rounds: number;
  /** Tokens of the largest lot. */
  readonly quantity: number;
  /** Jobs of a queue in one round. */
  readonly jobs: number;
  /** Deliveries to make exports of, and the customers that they go to. */
  readonly deliveries: number;
  readonly customers: number;
  /** Serials of one delivery, none beside another. */
  readonly scattered: number;
  readonly lookUps: number;
}

export const FULL: Scale = {
  rounds: 5,
  quantity: 1_000_000,
  jobs: 5_000,
  deliveries: 1_000,
  customers: 100,
  scattered: 10_000,
  lookUps: 100_000,
};

/** To see that the benchmarks run; its figures say little. */
export const QUICK: Scale = {
  rounds: 2,
  quantity: 100_000,
  jobs: 1_000,
  deliveries: 100,
  customers: 10,
  scattered: 1_000,
  lookUps: 5_000,
};
