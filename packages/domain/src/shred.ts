/** Why seeds or stored files are shredded. */
export const SHRED_REASONS = [
  'order_cancelled',
  'requested',
  'file_replaced',
  'delivery_cancelled',
  'report_judged',
  'receipt_term',
  'export_cap',
  'stock_cap',
  'scrapped',
  'factory_file_term',
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
