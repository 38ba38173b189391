/** Why the notary stopped. Every code is explained in docs/errors.md. */
export type NotaryErrorCode = 'record_differs';

/** The published log and the database do not agree. */
export class NotaryError extends Error {
  override readonly name = 'NotaryError';
  readonly code: NotaryErrorCode;

  constructor(code: NotaryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
