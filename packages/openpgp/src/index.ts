export { type EncryptedFile, encryptAndSign, type FileToSend } from './encrypt-and-sign.ts';
export { OpenPgpError, type OpenPgpErrorCode } from './errors.ts';
export type { PinnedKey } from './pinned-key.ts';
export { type RecipientKey, readRecipientKey, recheckKey } from './recipient-key.ts';
export type { Signer } from './signer.ts';
export { createSigningKey, openSigningKey, type SigningKey } from './signing-key.ts';
export {
  type DetachedCheck,
  openDetached,
  type SignatureQuestion,
  type Signed,
  verifyDetached,
} from './verify-detached.ts';
