export { OpenPgpError, type OpenPgpErrorCode } from './errors.ts';
export { type RecipientKey, readRecipientKey, recheckKey } from './recipient-key.ts';
