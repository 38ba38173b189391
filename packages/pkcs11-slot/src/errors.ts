/** Why a PKCS#11 token cannot be used. Every code is explained in docs/errors.md. */
export type Pkcs11ErrorCode =
  | 'pkcs11_uri_malformed'
  | 'pkcs11_addon_unavailable'
  | 'pkcs11_module_unavailable'
  | 'token_unreachable'
  | 'token_ambiguous'
  | 'token_unfit'
  | 'token_session_lost'
  | 'token_call_failed'
  | 'pin_unreadable'
  | 'pin_exposed'
  | 'pin_refused'
  | 'pin_locked';

/** A fault of a token or of its address. The message names the token and the CKR_ result, never the PIN. */
export class Pkcs11Error extends Error {
  override readonly name = 'Pkcs11Error';
  readonly code: Pkcs11ErrorCode;

  constructor(code: Pkcs11ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
