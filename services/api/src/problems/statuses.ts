import type { ProblemCode } from '../errors.ts';

/**
 * The status of every code, and nothing else decides one. 500 marks a code that no request may cause: a client is told
 * `internal_error` in its place.
 */
export const STATUSES: Readonly<Record<ProblemCode, number>> = {
  request_malformed: 400,
  body_malformed: 400,
  cursor_malformed: 400,
  idempotency_key_missing: 400,
  idempotency_key_malformed: 400,

  token_missing: 401,
  token_invalid: 401,
  role_refused: 403,

  route_unknown: 404,
  unknown_product: 404,
  unknown_factory: 404,
  unknown_customer: 404,
  unknown_order: 404,
  unknown_lot: 404,
  unknown_file: 404,
  unknown_report: 404,
  unknown_delivery: 404,
  unknown_serial: 404,
  unknown_shred: 404,
  unknown_staff: 404,
  file_absent: 404,
  method_not_allowed: 405,

  already_exists: 409,
  serial_space_exhausted: 409,
  serials_in_use: 409,
  transition_refused: 409,
  idempotency_key_reused: 409,
  file_not_locked: 409,
  serials_not_assignable: 409,
  delivery_downloaded: 409,
  key_not_new: 409,
  seeds_shredded: 409,
  receipt_not_due: 409,
  report_not_due: 409,
  report_accepted: 409,
  report_absent: 409,
  report_incomplete: 409,
  scrap_above_limit: 409,
  records_unpublished: 409,
  lease_refused: 409,

  body_too_large: 413,
  content_type_unsupported: 415,
  range_not_satisfiable: 416,

  invalid_input: 422,
  list_faulty: 422,
  serial_malformed: 422,
  format_cannot_express: 422,
  receipt_wrong: 422,
  pgp_key_missing: 422,
  pgp_key_several: 422,
  pgp_key_secret: 422,
  pgp_key_too_large: 422,
  pgp_key_malformed: 422,
  pgp_key_unsupported: 422,
  pgp_key_weak: 422,
  pgp_key_weak_hash: 422,
  pgp_key_in_future: 422,
  pgp_key_expired: 422,
  pgp_key_revoked: 422,
  pgp_key_cannot_encrypt: 422,
  pgp_key_cannot_sign: 422,
  signature_missing: 422,
  signature_malformed: 422,
  signature_several: 422,
  signature_unsupported: 422,
  signature_of_text: 422,
  signature_weak_hash: 422,
  signature_key_unknown: 422,
  signature_key_replaced: 422,
  signature_misdated: 422,
  signature_expired: 422,
  signature_wrong: 422,

  file_locked: 423,
  streams_exhausted: 429,

  not_ready: 503,
  temporarily_unavailable: 503,

  internal_error: 500,
  lease_ended: 500,
  attempt_closed: 500,
  frontier_moved: 500,
  lot_not_due: 500,
  delivery_not_due: 500,
  export_outdated: 500,
  record_invalid: 500,
  record_differs: 500,
  pages_missing: 500,
  lot_keys_missing: 500,
  factory_key_missing: 500,
  customer_key_missing: 500,
  signing_key_invalid: 500,
  signing_key_in_future: 500,
  signer_name_invalid: 500,
  signer_disposed: 500,
  file_name_invalid: 500,
  message_unfinished: 500,
};

/** Seconds after which a request that met one of these may well succeed. */
const RETRY_AFTER: Partial<Record<ProblemCode, number>> = {
  records_unpublished: 1,
  streams_exhausted: 5,
  not_ready: 2,
  temporarily_unavailable: 2,
};

export function retryAfter(code: ProblemCode): number | undefined {
  return RETRY_AFTER[code];
}
