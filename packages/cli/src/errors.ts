/** Why a command failed on this side of the API. Every code is explained in docs/errors.md. */
export type CliErrorCode =
  | 'usage'
  | 'server_address_invalid'
  | 'token_absent'
  | 'token_malformed'
  | 'token_file_unsafe'
  | 'token_lost'
  | 'key_is_secret'
  | 'file_exists'
  | 'file_unreadable'
  | 'file_unwritable'
  | 'server_unreachable'
  | 'connection_lost'
  | 'answer_unintelligible'
  | 'request_refused'
  | 'download_damaged'
  | 'signature_absent'
  | 'report_refused'
  | 'not_confirmed'
  | 'lot_ended'
  | 'delivery_ended'
  | 'shred_abandoned'
  | 'vendor_key_absent'
  | 'start_failed'
  | 'interrupted';

/** A problem document (RFC 9457) of the API, as it came: its texts are attacker-controlled until they are printed. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string | undefined;
  readonly code: string;
}

export interface CliErrorOptions extends ErrorOptions {
  /** What the person may do about it, one sentence. */
  readonly advice?: string;
  /** With `request_refused` alone. */
  readonly problem?: Problem;
  /** Seconds that the server asks to be left alone. */
  readonly retryAfter?: number;
}

/** A command that failed in a way that a person can do something about. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  readonly advice: string | null;
  readonly problem: Problem | null;
  readonly retryAfter: number;

  constructor(code: CliErrorCode, message: string, options: CliErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.advice = options.advice ?? null;
    this.problem = options.problem ?? null;
    this.retryAfter = options.retryAfter ?? 0;
  }
}
