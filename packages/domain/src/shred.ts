/** Why seeds or stored files are shredded. */
export const SHRED_REASONS = [
  'order_cancelled',
  'requested',
  'file_replaced',
  'delivery_cancelled',
  'report_judged',
] as const;

export type ShredReason = (typeof SHRED_REASONS)[number];
