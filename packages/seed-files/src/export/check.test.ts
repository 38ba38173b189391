import { describe, expect, it } from 'vitest';
import { SeedFileError, type SeedFileErrorCode } from '../errors.ts';
import { ExportCheck } from './check.ts';
import { EXPORT_FORMATS, type ExportFormat } from './formats.ts';
import type { ExportToken } from './token.ts';
import { ExportWriter } from './writer.ts';

const product = {
  manufacturer: 'Example',
  model: 'EX-TOTP-1',
  oath: { type: 'totp', hash: 'sha1', digits: 6, period: 30 } as const,
  seedLength: 20,
};
const tokens = ['A1', 'A2', 'A3'].map((serial): ExportToken => ({ serial, product, counter: 0n }));
const seeds = tokens.map((_, i) => new Uint8Array(20).fill(i + 1));

type Tamper = (row: Uint8Array, index: number) => Uint8Array;

function check(format: ExportFormat, tamper: Tamper = row => row, count = tokens.length): void {
  const writer = new ExportWriter(format);
  using self = new ExportCheck(format);
  self.header(writer.header);
  for (const [i, token] of tokens.entries()) {
    const seed = seeds[i] ?? new Uint8Array();
    const out = new Uint8Array(writer.rowLength(token));
    writer.writeRow(out, token, seed);
    self.row(tamper(out, i), token, seed);
  }
  self.end(writer.trailer, count);
}

function rowOf(format: ExportFormat, token: ExportToken, seed: Uint8Array): Uint8Array {
  const writer = new ExportWriter(format);
  const out = new Uint8Array(writer.rowLength(token));
  writer.writeRow(out, token, seed);
  return out;
}

const [one, two] = tokens as [ExportToken, ExportToken];
const seed = (i: number) => seeds[i] ?? new Uint8Array();

function refusal(code: SeedFileErrorCode): unknown {
  return expect.objectContaining({ constructor: SeedFileError, code });
}

describe.each(EXPORT_FORMATS)('the self-check of %s', format => {
  it('passes what was written', () => {
    expect(() => check(format)).not.toThrow();
  });

  it.each<[string, SeedFileErrorCode, Tamper]>([
    ["another token's seed", 'self_check_failed', (row, i) => (i === 1 ? rowOf(format, two, seed(0)) : row)],
    [
      "another token's serial",
      'self_check_failed',
      (row, i) => (i === 1 ? rowOf(format, one, seed(1)) : row),
    ],
    ['a row twice', 'self_check_failed', (row, i) => (i === 2 ? Uint8Array.of(...row, ...row) : row)],
    ['a row left out', 'self_check_failed', (row, i) => (i === 2 ? new Uint8Array() : row)],
    ['half a row', 'file_truncated', (row, i) => (i === 2 ? row.subarray(0, row.length / 2) : row)],
  ])('fails for %s', (_, code, tamper) => {
    expect(() => check(format, tamper)).toThrow(refusal(code));
  });

  it('fails for a wrong number of rows', () => {
    expect(() => check(format, row => row, 4)).toThrow(refusal('self_check_failed'));
  });
});

it('fails for another product than the token has', () => {
  const other = { ...one, product: { ...product, oath: { ...product.oath, period: 60 } } };
  for (const format of ['entra-csv', 'pskc'] as const) {
    using self = new ExportCheck(format);
    self.header(new ExportWriter(format).header);
    expect(() => self.row(rowOf(format, other, seed(0)), one, seed(0))).toThrow(
      expect.objectContaining({
        code: 'self_check_failed',
        message: 'period of a row are not those of its token',
      }),
    );
  }
});
