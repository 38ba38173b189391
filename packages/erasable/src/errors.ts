/** Why the erasable store refused. Every code is explained in docs/errors.md. */
export type ErasableErrorCode =
  | 'shape_invalid'
  | 'buffer_invalid'
  | 'index_invalid'
  | 'page_damaged'
  | 'pad_missing'
  | 'frontier_damaged'
  | 'frontier_stale'
  | 'frontier_wiped'
  | 'frontier_key_reused'
  | 'seal_not_authentic'
  | 'key_malformed'
  | 'key_absent'
  | 'key_exists'
  | 'key_reused'
  | 'root_id_malformed'
  | 'root_id_used'
  | 'root_missing'
  | 'root_damaged'
  | 'root_closed'
  | 'root_not_destroyed'
  | 'slot_unreachable'
  | 'slot_full'
  | 'slot_incomplete'
  | 'slot_damaged'
  | 'slot_permissions'
  | 'slot_in_data_folder'
  | 'lock_not_exclusive'
  | 'snapshot_too_old'
  | 'change_contradictory'
  | 'ring_mismatch'
  | 'ring_not_started'
  | 'ring_row_missing'
  | 'ring_root_missing'
  | 'ring_needs_recover'
  | 'ring_moved'
  | 'ring_damaged'
  | 'mirror_malformed'
  | 'sealed_file_damaged'
  | 'sealed_file_too_large'
  | 'range_invalid';

/** A refusal of the erasable store. The message names lots, pages, versions and lengths, never the value of a secret. */
export class ErasableError extends Error {
  override readonly name = 'ErasableError';
  readonly code: ErasableErrorCode;

  constructor(code: ErasableErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
