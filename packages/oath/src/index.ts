export { base32Length, readBase32, writeBase32 } from './base32.ts';
export { OathError, type OathErrorCode } from './errors.ts';
export { type HotpSource, hotpFits, type TotpSource, totpFits } from './otp.ts';
