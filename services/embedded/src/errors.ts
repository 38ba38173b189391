/** Why the embedded stack could not start or go on. Every code is explained in docs/errors.md. */
export type EmbeddedErrorCode =
  | 'arguments_invalid'
  | 'binaries_unusable'
  | 'slot_address_malformed'
  | 'data_folder_unusable'
  | 'data_folder_in_use'
  | 'out_folder_unusable'
  | 'backup_folder_unusable'
  | 'backup_folder_full'
  | 'backup_unsafe'
  | 'backup_incomplete'
  | 'backup_damaged'
  | 'data_folder_not_empty'
  | 'recovery_needed'
  | 'recovery_impossible'
  | 'drill_failed'
  | 'postgres_not_started'
  | 'postgres_not_stopped';

/** A fault of the machine, told to the person who started the stack: one line that names the folder or process. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
  readonly code: EmbeddedErrorCode;

  constructor(code: EmbeddedErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
