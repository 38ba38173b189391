/** Where a legal hold stands. It stops shreds while it is `set` or `confirmed`; unconfirmed it lapses. */
export const HOLD_STATES = ['set', 'confirmed', 'lapsed', 'ended', 'lifted'] as const;

export type HoldState = (typeof HOLD_STATES)[number];
