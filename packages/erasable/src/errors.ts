/** Why the erasable store refused. Every code is explained in docs/errors.md. */
export type ErasableErrorCode =
  | 'shape_invalid'
  | 'buffer_invalid'
  | 'index_invalid'
  | 'page_damaged'
  | 'frontier_damaged'
  | 'frontier_stale'
  | 'frontier_wiped'
  | 'frontier_key_reused';

/** A refusal of the erasable store. The message names lots, pages, versions and lengths, never the value of a secret. */
export class ErasableError extends Error {
  override readonly name = 'ErasableError';
  readonly code: ErasableErrorCode;

  constructor(code: ErasableErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
