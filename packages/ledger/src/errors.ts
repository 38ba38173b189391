import type { SerialObstacle } from './serial-obstacles.ts';

/** Why an effect did not happen. Every code is explained in docs/errors.md. */
export type LedgerErrorCode =
  | 'lease_refused'
  | 'lease_ended'
  | 'attempt_closed'
  | 'frontier_moved'
  | 'export_outdated'
  | 'seeds_shredded'
  | 'lot_not_due'
  | 'delivery_not_due'
  | 'file_absent'
  | 'file_locked'
  | 'file_not_locked'
  | 'records_unpublished'
  | 'receipt_not_due'
  | 'receipt_wrong'
  | 'report_not_due'
  | 'report_accepted'
  | 'report_absent'
  | 'report_incomplete'
  | 'scrap_above_limit'
  | 'serials_not_assignable'
  | 'format_cannot_express'
  | 'delivery_downloaded'
  | 'key_not_new'
  | 'idempotency_key_reused'
  | 'hold_in_force'
  | 'hold_by_setter'
  | 'hold_confirmed'
  | 'hold_ended'
  | 'record_invalid'
  | 'record_differs'
  | 'pages_missing'
  | 'root_move_unfinished'
  | 'root_slot_moved'
  | 'lot_keys_missing'
  | 'factory_key_missing'
  | 'customer_key_missing';

export interface LedgerErrorOptions extends ErrorOptions {
  readonly obstacles?: readonly SerialObstacle[];
}

/** The state of the ledger refuses an effect. Nothing was changed. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: LedgerErrorCode;
  /** Of `serials_not_assignable`: every run of serials in the way. */
  readonly obstacles: readonly SerialObstacle[];

  constructor(code: LedgerErrorCode, message: string, options: LedgerErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.obstacles = options.obstacles ?? [];
  }
}
