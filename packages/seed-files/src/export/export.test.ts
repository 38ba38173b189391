import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeedFileError, type SeedFileErrorCode } from '../errors.ts';
import { EXPORT_FORMATS, type ExportFormat, formatFault } from './formats.ts';
import { ExportReader } from './reader.ts';
import { type ExportFields, type ExportToken, fieldsOf } from './token.ts';
import { ExportWriter } from './writer.ts';

interface Row {
  readonly token: ExportToken;
  readonly seed: Uint8Array;
}

const ascii = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const entraSample = readFileSync(new URL('../../vectors/entra-legacy.csv', import.meta.url), 'utf8');
const hexSample = readFileSync(new URL('../../vectors/duo-totp6.csv', import.meta.url), 'utf8');
const pskcSample = readFileSync(new URL('../../vectors/plain.pskcxml', import.meta.url), 'utf8');

const totp = { type: 'totp', hash: 'sha1', digits: 6, period: 30 } as const;
const product = { manufacturer: 'Example', model: 'EX-TOTP-1', oath: totp, seedLength: 20 };
const first: Row = {
  token: { serial: '9900000000001', product, counter: 0n },
  seed: ascii('12345678901234567890'),
};
const second: Row = {
  token: {
    serial: '9900000000002',
    product: { ...product, oath: { ...totp, hash: 'sha256' }, seedLength: 32 },
    counter: 0n,
  },
  seed: ascii('12345678901234567890123456789012'),
};
const event: Row = {
  token: {
    serial: 'EV-7',
    product: { ...product, oath: { type: 'hotp', hash: 'sha1', digits: 8 } },
    counter: 12n,
  },
  seed: ascii('12345678901234567890'),
};

function write(format: ExportFormat, rows: readonly Row[]): Uint8Array {
  const writer = new ExportWriter(format);
  const pieces = [writer.header];
  for (const { token, seed } of rows) {
    const out = new Uint8Array(writer.rowLength(token));
    expect(writer.writeRow(out, token, seed)).toBe(out.length);
    pieces.push(out);
  }
  return Uint8Array.from([...pieces, writer.trailer].flatMap(piece => [...piece]));
}

type Read = [ExportFields, Uint8Array];

function read(format: ExportFormat, bytes: Uint8Array, size = Math.max(1, bytes.length)): Read[] {
  const rows: Read[] = [];
  const reader = new ExportReader(format, (fields, seed) => rows.push([fields, seed.slice()]));
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  reader.end();
  return rows;
}

/** Null where the file is refused. */
function rowsOrNull(format: ExportFormat, bytes: Uint8Array): Read[] | null {
  try {
    return read(format, bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(SeedFileError);
    return null;
  }
}

const HELD = {
  'entra-csv': ['serial', 'period', 'manufacturer', 'model'],
  'hex-csv': ['serial'],
  pskc: ['serial', 'manufacturer', 'model', 'suite', 'digits', 'period', 'counter'],
} as const;

/** What a reader must give of a row. */
function held(format: ExportFormat, { token, seed }: Row): Read {
  const fields: ExportFields = fieldsOf(token);
  const kept = HELD[format].flatMap(name => (fields[name] === undefined ? [] : [[name, fields[name]]]));
  return [Object.fromEntries(kept), seed];
}

function refusal(code: SeedFileErrorCode, line?: number): unknown {
  const message = line === undefined ? {} : { message: expect.stringMatching(`^line ${line}: `) };
  return expect.objectContaining({ constructor: SeedFileError, code, ...message });
}

const label = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const oaths = fc.oneof(
  fc.constant(totp),
  fc.constant(event.token.product.oath),
  fc.record({
    type: fc.constant('totp' as const),
    hash: fc.constantFrom('sha1' as const, 'sha256' as const, 'sha512' as const),
    digits: fc.constantFrom(6 as const, 8 as const),
    period: fc.constantFrom(30, 60, 120),
  }),
);
const row = fc.record({
  serial: fc.stringMatching(/^[A-Z0-9-]{0,9}[0-9]{1,9}$/),
  manufacturer: fc.oneof(label, fc.constantFrom('A & B', '<i>', '"x"', 'a]]>b', '&amp;', '=1+1')),
  model: label,
  oath: oaths,
  seed: fc.uint8Array({ minLength: 16, maxLength: 64 }),
  counter: fc.constantFrom(0n, 0n, 5n, 2n ** 63n - 1n),
});

/** Up to six rows that may stand in one file of the format. */
function files(format: ExportFormat): fc.Arbitrary<Row[]> {
  const rows = row.map(({ seed, serial, counter, manufacturer, model, oath }): Row => {
    const seedLength = seed.length;
    return { seed, token: { serial, counter, product: { manufacturer, model, oath, seedLength } } };
  });
  const expressible = rows.filter(({ token }) => formatFault(format, [token]) === null);
  return fc.array(expressible, { minLength: 1, maxLength: 6 }).filter(
    some =>
      formatFault(
        format,
        some.map(({ token }) => token),
      ) === null,
  );
}

describe("the customer's file", () => {
  it('is that of Entra, with the column of the user empty', () => {
    const sample = entraSample.replace('helga@contoso.com', '');
    expect(textOf(write('entra-csv', [first]))).toBe(sample);
    expect(textOf(write('entra-csv', [first, first]))).toBe(
      `${sample}${sample.slice(sample.indexOf('\r\n'))}`,
    );
  });

  it('is serial and hex', () => {
    expect(textOf(write('hex-csv', [first]))).toBe(hexSample);
  });

  it('is PSKC with a package for each token, of whatever product', () => {
    expect(textOf(write('pskc', [first, second]))).toBe(pskcSample);
  });

  it('is PSKC with the counter of an HOTP token', () => {
    const text = textOf(write('pskc', [event]));
    expect(text).toContain('Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:hotp"');
    expect(text).toContain('<pskc:Counter><pskc:PlainValue>12</pskc:PlainValue></pskc:Counter>');
    expect(text).not.toContain('Time');
  });

  it.each(EXPORT_FORMATS)('%s reads as it was written, in pieces of any size', format => {
    fc.assert(
      fc.property(files(format), fc.integer({ min: 1, max: 3000 }), (rows, size) => {
        const bytes = write(format, rows);
        const expected = rows.map(row => held(format, row));
        expect(read(format, bytes, size)).toEqual(expected);
        expect(read(format, bytes, 1)).toEqual(expected);
      }),
    );
  });

  const samples = { 'entra-csv': [first, first], 'hex-csv': [first, first], pskc: [first, event] };

  it.each(EXPORT_FORMATS)('%s is refused with a byte changed, unless that makes another token', format => {
    const bytes = write(format, samples[format]);
    const original = read(format, bytes);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        fc.pre(bytes[at] !== byte);
        expect(rowsOrNull(format, bytes.with(at, byte))).not.toEqual(original);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(EXPORT_FORMATS)('%s is refused when it is cut, or goes on', format => {
    const bytes = write(format, samples[format]);
    const original = read(format, bytes);
    for (let end = 0; end < bytes.length; end++) {
      const cut = bytes.subarray(0, end);
      // A CSV cut between rows, or Entra's in its last name, is one of other tokens: their check tells.
      if (format === 'pskc') expect(() => read(format, cut), `${end}`).toThrow(SeedFileError);
      else expect(rowsOrNull(format, cut), `${end}`).not.toEqual(original);
    }
    const more = Uint8Array.of(...bytes, 0x0a);
    expect(() => read(format, more)).toThrow(SeedFileError);
  });

  it.each(EXPORT_FORMATS)('%s of hostile bytes is refused and nothing else', format => {
    const bytes = write(format, samples[format]);
    const pieces = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(fc.nat(bytes.length), fc.nat(bytes.length)).map(([a, b]) => bytes.subarray(a, b)),
    );
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 5 }), some => {
        const hostile = Uint8Array.from(some.flatMap(piece => [...piece]));
        for (const [fields] of rowsOrNull(format, hostile) ?? [])
          expect(fields.serial).toMatch(/^[A-Z0-9-]*[0-9]$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the reader', () => {
  const replaced = (format: ExportFormat, from: string, to: string) =>
    ascii(textOf(write(format, [first, first])).replaceAll(from, to));

  it.each<[ExportFormat, SeedFileErrorCode, number, string, string]>([
    ['entra-csv', 'header_malformed', 1, 'upn,', '\ufeffupn,'],
    ['entra-csv', 'header_malformed', 1, 'time interval', 'timeinterval'],
    ['entra-csv', 'row_malformed', 1, '\r\n', '\n'],
    ['entra-csv', 'row_malformed', 2, ',30,', ',3O,'],
    ['entra-csv', 'row_malformed', 2, ',Example', ',=Example'],
    ['entra-csv', 'row_malformed', 2, ',Example', ',"Example"'],
    ['entra-csv', 'serial_malformed', 2, '9900000000001', '9.90E+12'],
    ['entra-csv', 'seed_malformed', 2, 'GEZD', 'gezd'],
    ['entra-csv', 'seed_malformed', 2, 'GEZD', 'GEZ1'],
    ['entra-csv', 'seed_malformed', 2, 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', ''],
    ['hex-csv', 'row_malformed', 2, '\n', '\n\n'],
    ['hex-csv', 'row_malformed', 1, '\n', '\r\n'],
    ['hex-csv', 'seed_malformed', 1, '3930\n', '393\n'],
    ['hex-csv', 'serial_malformed', 1, '9900', '=9900'],
    ['pskc', 'header_malformed', 1, '1.0', '1.1'],
    ['pskc', 'header_malformed', 1, '<?xml', '<!DOCTYPE x>\n<?xml'],
    ['pskc', 'row_malformed', 5, 'Example<', 'Exa&ample<'],
    ['pskc', 'row_malformed', 5, 'Example<', 'E&#120;ample<'],
    ['pskc', 'row_malformed', 10, 'Issuer>Example', 'Issuer>Exampel'],
    ['pskc', 'serial_malformed', 9, 'Id="9900000000001"', 'Id="9900000000002"'],
    ['pskc', 'row_malformed', 9, ':totp"', ':totq"'],
    ['pskc', 'row_malformed', 12, 'SHA1', 'SHA-1'],
    ['pskc', 'row_malformed', 20, 'TimeInterval>', 'Counter>'],
    ['pskc', 'seed_malformed', 17, 'OTA=', 'OTB='],
  ])('refuses %s with %s in line %i: %j as %j', (format, code, line, from, to) => {
    for (const size of [1, 10_000]) {
      expect(() => read(format, replaced(format, from, to), size)).toThrow(refusal(code, line));
    }
  });

  it('refuses a field without an end, with constant memory', () => {
    const reader = new ExportReader('hex-csv', () => {});
    expect(() => reader.push(new Uint8Array(5000).fill(0x31))).toThrow(refusal('row_malformed', 1));
  });

  it('shows no seed in an error, and wipes what it read', () => {
    const seen: Uint8Array[] = [];
    const reader = new ExportReader('hex-csv', (_, seed) => {
      expect(seed).toEqual(first.seed);
      seen.push(seed);
    });
    const bytes = ascii(`${hexSample.repeat(2).slice(0, -2)}x\n`);
    expect(() => reader.push(bytes)).toThrow(/^line 2: the seed is not in the encoding of the format$/);
    expect(seen).toEqual([new Uint8Array(20)]);
  });
});

describe('the writer', () => {
  it('says how the file is called', () => {
    const named = EXPORT_FORMATS.map(format => new ExportWriter(format));
    expect(named.map(({ extension }) => extension)).toEqual(['csv', 'csv', 'pskcxml']);
    expect(named.map(({ media }) => media)).toEqual(['text/csv', 'text/csv', 'application/pskc+xml']);
  });

  it.each(EXPORT_FORMATS)('writes nothing of %s when there is no room or the seed is another one', format => {
    const writer = new ExportWriter(format);
    const out = new Uint8Array(writer.rowLength(first.token));
    expect(() => writer.writeRow(out.subarray(1), first.token, first.seed)).toThrow(
      refusal('buffer_too_small'),
    );
    expect(() => writer.writeRow(out, first.token, second.seed)).toThrow(refusal('seed_malformed'));
    expect(out.every(byte => byte === 0)).toBe(true);
  });

  it('refuses a token that does not go with the first one, and writes nothing', () => {
    const writer = new ExportWriter('hex-csv');
    const out = new Uint8Array(200);
    writer.writeRow(out, second.token, second.seed);
    out.fill(0);
    expect(() => writer.writeRow(out, first.token, first.seed)).toThrow(refusal('format_cannot_express'));
    expect(out.every(byte => byte === 0)).toBe(true);
  });
});
