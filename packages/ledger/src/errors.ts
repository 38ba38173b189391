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
  | 'idempotency_key_reused'
  | 'record_invalid'
  | 'pages_missing'
  | 'lot_keys_missing'
  | 'factory_key_missing'
  | 'customer_key_missing';

/** The state of the ledger refuses an effect. Nothing was changed. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: LedgerErrorCode;

  constructor(code: LedgerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
