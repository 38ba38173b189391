/** Why OATH data was refused. Every code is explained in docs/errors.md. */
export type OathErrorCode = 'base32_malformed' | 'buffer_too_small';

/** A refusal of OATH data. The message names lengths and places, never a character of a seed. */
export class OathError extends Error {
  override readonly name = 'OathError';
  readonly code: OathErrorCode;

  constructor(code: OathErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
