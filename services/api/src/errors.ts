import type { DomainErrorCode } from '@seedlot/domain';
import type { LedgerErrorCode } from '@seedlot/ledger';
import type { OpenPgpErrorCode } from '@seedlot/openpgp';

/** Why the door refused a request before, or instead of, any effect. Every code is explained in docs/errors.md. */
export type ApiErrorCode =
  | 'token_missing'
  | 'token_invalid'
  | 'role_refused'
  | 'route_unknown'
  | 'method_not_allowed'
  | 'request_malformed'
  | 'body_malformed'
  | 'body_too_large'
  | 'content_type_unsupported'
  | 'cursor_malformed'
  | 'idempotency_key_missing'
  | 'idempotency_key_malformed'
  | 'range_not_satisfiable'
  | 'signature_missing'
  | 'list_faulty'
  | 'streams_exhausted'
  | 'not_ready'
  | 'temporarily_unavailable'
  | 'internal_error';

/** Codes that a client may be told: the door's own, and those of what lies behind it. */
export type ProblemCode = DomainErrorCode | LedgerErrorCode | OpenPgpErrorCode | ApiErrorCode;

export interface ApiErrorOptions extends ErrorOptions {
  /** Headers that belong to this refusal, as RFC 9110 asks for. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Members of the problem document beside the standard ones. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A refusal in the words of the door. The message is for people and never repeats what a client sent. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: ProblemCode, message: string, options: ApiErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.headers = options.headers ?? {};
    this.members = options.members ?? {};
  }
}
