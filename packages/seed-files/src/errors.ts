/** Why a seed file, or the order to write one, was refused. Every code is explained in docs/errors.md. */
export type SeedFileErrorCode =
  | 'format_invalid'
  | 'buffer_too_small'
  | 'serials_exhausted'
  | 'header_malformed'
  | 'row_malformed'
  | 'serial_malformed'
  | 'seed_malformed'
  | 'file_truncated'
  | 'format_cannot_express'
  | 'self_check_failed';

/** A refusal of a seed file. The message names lines, lengths and kinds, never a character of a seed. */
export class SeedFileError extends Error {
  override readonly name = 'SeedFileError';
  readonly code: SeedFileErrorCode;

  constructor(code: SeedFileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
