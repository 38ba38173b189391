/** Why a factory file was not made. Every code is explained in docs/errors.md. */
export type DispatcherErrorCode = 'recipient_key_changed' | 'signing_key_missing';

/** A factory file may not be made. Nothing was stored. */
export class DispatcherError extends Error {
  override readonly name = 'DispatcherError';
  readonly code: DispatcherErrorCode;

  constructor(code: DispatcherErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
