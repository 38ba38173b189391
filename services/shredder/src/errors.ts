/** Why a shred stopped; it is tried again. Every code is explained in docs/errors.md. */
export type ShredderErrorCode = 'leases_not_ended' | 'self_check_failed';

/** A shred cannot go on. Nothing that still opens a living seed was destroyed. */
export class ShredderError extends Error {
  override readonly name = 'ShredderError';
  readonly code: ShredderErrorCode;

  constructor(code: ShredderErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
