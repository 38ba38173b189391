/** Wall-clock time of this machine, for logs and pages. Leases, retention and holds go by the database's time. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
