/** Why the database package refused. Every code is explained in docs/errors.md. */
export type DatabaseErrorCode =
  | 'url_malformed'
  | 'database_unreachable'
  | 'database_busy'
  | 'value_refused'
  | 'migrations_malformed'
  | 'migration_changed'
  | 'migration_missing'
  | 'migration_out_of_order'
  | 'migration_failed'
  | 'password_refused';

/** A fault told in one line that names the server, the file or the type, never a password or a value. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
