/** Why a file was not made. Every code is explained in docs/errors.md. */
export type FileMakingErrorCode = 'recipient_key_changed' | 'signing_key_missing';

/** A file may not be made. Nothing of it is available. */
export class FileMakingError extends Error {
  override readonly name = 'FileMakingError';
  readonly code: FileMakingErrorCode;

  constructor(code: FileMakingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
