/** Why the domain refused. Every code is explained in docs/errors.md. */
export type DomainErrorCode =
  | 'invalid_input'
  | 'unknown_product'
  | 'unknown_factory'
  | 'unknown_customer'
  | 'unknown_order'
  | 'unknown_lot'
  | 'unknown_file'
  | 'unknown_report'
  | 'unknown_delivery'
  | 'unknown_serial'
  | 'unknown_shred'
  | 'unknown_hold'
  | 'unknown_staff'
  | 'already_exists'
  | 'serial_malformed'
  | 'serial_space_exhausted'
  | 'serials_in_use'
  | 'transition_refused';

/** A refusal by the rules of the domain. The message is for people: it names ids, ranges and limits, never a secret. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: DomainErrorCode;

  constructor(code: DomainErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
