/** Why a key, a signature, a signing key or a file was refused. Every code is explained in docs/errors.md. */
export type OpenPgpErrorCode =
  | 'pgp_key_missing'
  | 'pgp_key_several'
  | 'pgp_key_secret'
  | 'pgp_key_too_large'
  | 'pgp_key_malformed'
  | 'pgp_key_unsupported'
  | 'pgp_key_weak'
  | 'pgp_key_weak_hash'
  | 'pgp_key_in_future'
  | 'pgp_key_expired'
  | 'pgp_key_revoked'
  | 'pgp_key_cannot_encrypt'
  | 'pgp_key_cannot_sign'
  | 'signature_malformed'
  | 'signature_several'
  | 'signature_unsupported'
  | 'signature_of_text'
  | 'signature_weak_hash'
  | 'signature_key_unknown'
  | 'signature_key_replaced'
  | 'signature_misdated'
  | 'signature_expired'
  | 'signature_wrong'
  | 'signing_key_invalid'
  | 'signing_key_in_future'
  | 'signer_name_invalid'
  | 'signer_disposed'
  | 'file_name_invalid'
  | 'message_unfinished';

/**
 * A refusal of the OpenPGP package. The message is for people: it says why, and what to do. It names key ids, dates and
 * algorithms, never a secret, and quotes no text out of a key that somebody sent.
 */
export class OpenPgpError extends Error {
  override readonly name = 'OpenPgpError';
  readonly code: OpenPgpErrorCode;

  constructor(code: OpenPgpErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
