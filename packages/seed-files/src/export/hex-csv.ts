import { SEED_CODECS } from '../seed-encoding.ts';
import type { ExportLayout, FormatLimit } from './layout.ts';
import { isUnsafeInCsv, serialLimits } from './text-limits.ts';
import type { ExportToken } from './token.ts';

/**
 * Serial and seed in hex, a line each, without a header: for Duo, Sophos, PingID and their like, where whoever imports
 * the file chooses type, hash, digits and step in a form. So all tokens of a file must agree in these, and an HOTP token
 * must still be at counter 0, where every import begins.
 */
export const hexCsv: ExportLayout = {
  extension: 'csv',
  media: 'text/csv',
  header: '',
  totp: '{serial},{seed}\n',
  hotp: '{serial},{seed}\n',
  trailer: '',
  codec: SEED_CODECS.hex,
  refuses: isUnsafeInCsv,
  escape: text => text,
  unescape: text => text,
  limits: (token, first) => [...oathLimits(token, first), ...serialLimits(token.serial, isUnsafeInCsv)],
};

function oathLimits(token: ExportToken, first: ExportToken): FormatLimit[] {
  const limits: FormatLimit[] = [];
  if (parameters(token) !== parameters(first)) {
    limits.push({
      limit: 'mixture',
      reason: 'it names no parameters, so one file cannot hold tokens with different ones',
    });
  }
  if (token.counter !== 0n) {
    limits.push({
      limit: 'counter',
      reason: `it has no column for the counter, and a token stands at ${token.counter}`,
    });
  }
  return limits;
}

function parameters({ product: { oath } }: ExportToken): string {
  return [oath.type, oath.hash, oath.digits, oath.type === 'totp' ? oath.period : 0].join();
}
