/** Why seeds or stored files are shredded. */
export const SHRED_REASONS = [
  'order_cancelled',
  'requested',
  'file_replaced',
  'delivery_cancelled',
  'report_judged',
] as const;

export type ShredReason = (typeof SHRED_REASONS)[number];

/** How far a shred has come; each step stands for those before it. */
export const SHRED_STATES = [
  'requested',
  'intended',
  'keys_erased',
  'mirrored',
  'roots_destroyed',
  'completed',
  'abandoned',
] as const;

export type ShredState = (typeof SHRED_STATES)[number];
