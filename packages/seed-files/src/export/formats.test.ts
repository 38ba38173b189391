import { describe, expect, it } from 'vitest';
import { SeedFileError } from '../errors.ts';
import { assertExpressible, EXPORT_FORMATS, type ExportFormat, formatFault } from './formats.ts';
import type { ExportProduct, ExportToken } from './token.ts';

const totp = { type: 'totp', hash: 'sha1', digits: 6, period: 30 } as const;
const hotp = { type: 'hotp', hash: 'sha1', digits: 6 } as const;
const product: ExportProduct = { manufacturer: 'Example', model: 'EX-TOTP-1', oath: totp, seedLength: 20 };
const token: ExportToken = { serial: '9900000000001', product, counter: 0n };

const of = (change: Partial<ExportProduct>, rest: Partial<ExportToken> = {}): ExportToken => ({
  ...token,
  product: { ...product, ...change },
  ...rest,
});

describe('what a format can hold', () => {
  it.each<[string, ExportToken[]]>([
    ['usual tokens', [token]],
    ['nothing', []],
    ['two products that agree in their parameters', [token, of({ model: 'EX-TOTP-2', seedLength: 32 })]],
    ['names in other scripts', [of({ manufacturer: 'Ünïcode 東京', model: "O'Neill; 3 = 4" })]],
  ])('is in every one: %s', (_, tokens) => {
    for (const format of EXPORT_FORMATS) expect(formatFault(format, tokens)).toBeNull();
  });

  it.each<[ExportFormat, string, ExportToken[], ExportFormat[]]>([
    ['entra-csv', 'hash', [of({ oath: { ...totp, hash: 'sha256' } })], ['hex-csv', 'pskc']],
    ['entra-csv', 'hash', [of({ oath: { ...totp, hash: 'sha512' } })], ['hex-csv', 'pskc']],
    ['entra-csv', 'type', [of({ oath: hotp })], ['hex-csv', 'pskc']],
    ['entra-csv', 'digits', [of({ oath: { ...totp, digits: 8 } })], ['hex-csv', 'pskc']],
    ['entra-csv', 'period', [of({ oath: { ...totp, period: 120 } })], ['hex-csv', 'pskc']],
    ['entra-csv', 'seed_length', [of({ seedLength: 81 })], ['hex-csv', 'pskc']],
    ['entra-csv', 'hash', [token, of({ oath: { ...totp, hash: 'sha256' } })], ['pskc']],
    ['entra-csv', 'type', [of({ oath: hotp }, { counter: 2n })], ['pskc']],
    ['entra-csv', 'text', [of({ manufacturer: 'Example, Inc' })], ['hex-csv', 'pskc']],
    ['entra-csv', 'text', [of({ manufacturer: 'The "Maker"' })], ['hex-csv', 'pskc']],
    ['entra-csv', 'text', [of({ model: '=HYPERLINK(1)' })], ['hex-csv', 'pskc']],
    ['entra-csv', 'text', [of({ model: '+1' })], ['hex-csv', 'pskc']],
    ['entra-csv', 'text', [of({ model: '@1' })], ['hex-csv', 'pskc']],
    ['entra-csv', 'text', [of({}, { serial: '-1' })], ['pskc']],
    ['entra-csv', 'text', [of({ model: 'a\r\nb' })], ['hex-csv']],
    ['entra-csv', 'text', [of({ model: 'a\tb' })], ['hex-csv']],
    ['entra-csv', 'text', [of({ model: '\ud800' })], ['hex-csv']],
    ['entra-csv', 'text', [of({ model: '' })], ['hex-csv']],
    ['hex-csv', 'mixture', [token, of({ oath: { ...totp, period: 60 } })], ['entra-csv', 'pskc']],
    ['hex-csv', 'mixture', [token, of({ oath: hotp })], ['pskc']],
    ['hex-csv', 'counter', [of({ oath: hotp }, { counter: 2n })], ['pskc']],
    ['hex-csv', 'text', [of({}, { serial: '-1' })], ['pskc']],
    ['hex-csv', 'text', [of({}, { serial: 'a b' })], []],
    ['pskc', 'text', [of({ model: '\u0000' })], ['hex-csv']],
    ['pskc', 'text', [of({ model: 'a\uffff' })], ['entra-csv', 'hex-csv']],
    ['pskc', 'text', [of({ manufacturer: 'x'.repeat(101) })], ['hex-csv']],
  ])('is not in %s (%s) for %#', (format, limit, tokens, works) => {
    expect(formatFault(format, tokens)).toMatchObject({
      format,
      works,
      limits: expect.arrayContaining([expect.objectContaining({ limit })]),
    });
    const refusal = expect.objectContaining({ constructor: SeedFileError, code: 'format_cannot_express' });
    expect(() => assertExpressible(format, tokens)).toThrow(refusal);
  });

  it('is told with all reasons at once, each of them once, and with what would work', () => {
    const odd = of({ oath: { type: 'totp', hash: 'sha256', digits: 8, period: 45 } });
    expect(formatFault('entra-csv', [odd, { ...odd, serial: '9900000000002' }])?.message).toBe(
      'A file in entra-csv cannot be made: Entra takes steps of 30 or 60 seconds, and these have 45; ' +
        'it has no column for the hash, and these use SHA256; Entra takes codes of 6 digits, and these have 8. ' +
        'This would work: hex-csv, pskc',
    );
    expect(formatFault('hex-csv', [of({}, { serial: 'a' })])?.message).toMatch(/\. No other format can$/);
  });
});
