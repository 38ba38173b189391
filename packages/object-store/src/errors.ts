/** Why a store failed. Every code is explained in docs/errors.md. */
export type ObjectStoreErrorCode =
  | 'object_name_invalid'
  | 'object_range_invalid'
  | 'object_exists'
  | 'object_absent'
  | 'source_failed'
  | 'put_aborted'
  | 'store_full'
  | 'store_unreachable'
  | 'store_tampered';

/** A failure of the object store. The message names objects, lengths and reasons, never a content. */
export class ObjectStoreError extends Error {
  override readonly name = 'ObjectStoreError';
  readonly code: ObjectStoreErrorCode;

  constructor(code: ObjectStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
