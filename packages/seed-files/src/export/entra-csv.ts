import { SEED_CODECS } from '../seed-encoding.ts';
import type { ExportLayout, FormatLimit } from './layout.ts';
import { isUnsafeInCsv, textLimits } from './text-limits.ts';
import type { ExportToken } from './token.ts';

/** Entra takes secrets of up to 128 characters of base32. */
const SEED_LIMIT = 80;

/**
 * The file that Microsoft Entra ID takes under "OATH tokens": base32, CRLF between the lines and none after the last one.
 * The customer fills in the column `upn`. There is no column for hash and digits: tokens are TOTP with SHA-1 and 6 digits.
 */
export const entraCsv: ExportLayout = {
  extension: 'csv',
  media: 'text/csv',
  header: 'upn,serial number,secret key,time interval,manufacturer,model',
  totp: '\r\n,{serial},{seed},{period},{manufacturer},{model}',
  hotp: null,
  trailer: '',
  codec: SEED_CODECS.base32,
  refuses: isUnsafeInCsv,
  escape: text => text,
  unescape: text => text,
  limits: token => [...oathLimits(token), ...textLimits(token, isUnsafeInCsv)],
};

function oathLimits({ product: { oath, seedLength } }: ExportToken): FormatLimit[] {
  const limits: FormatLimit[] = [];
  if (oath.type === 'hotp')
    limits.push({ limit: 'type', reason: 'Entra takes TOTP only, and these are HOTP' });
  else if (oath.period !== 30 && oath.period !== 60) {
    limits.push({
      limit: 'period',
      reason: `Entra takes steps of 30 or 60 seconds, and these have ${oath.period}`,
    });
  }
  if (oath.hash !== 'sha1') {
    limits.push({
      limit: 'hash',
      reason: `it has no column for the hash, and these use ${oath.hash.toUpperCase()}`,
    });
  }
  if (oath.digits !== 6) {
    limits.push({ limit: 'digits', reason: `Entra takes codes of 6 digits, and these have ${oath.digits}` });
  }
  if (seedLength > SEED_LIMIT) {
    limits.push({
      limit: 'seed_length',
      reason: `Entra takes seeds of ${SEED_LIMIT} bytes, and these have ${seedLength}`,
    });
  }
  return limits;
}
