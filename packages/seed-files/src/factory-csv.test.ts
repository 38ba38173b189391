import type { SerialSpace } from '@seedlot/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeedFileError, type SeedFileErrorCode } from './errors.ts';
import type { FactoryCsvFormat } from './factory-csv-layout.ts';
import { FactoryCsvReader } from './factory-csv-reader.ts';
import { FactoryCsvWriter } from './factory-csv-writer.ts';

function refusal(code: SeedFileErrorCode, line?: number): unknown {
  const message = line === undefined ? {} : { message: expect.stringMatching(`^line ${line}: `) };
  return expect.objectContaining({ constructor: SeedFileError, code, ...message });
}

const serials: SerialSpace = { stem: 'EX-', digits: 4 };
const hex: FactoryCsvFormat = { serials, encoding: 'hex', seedLength: 20 };
const base32: FactoryCsvFormat = { serials, encoding: 'base32', seedLength: 20 };
const rfc4226 = new TextEncoder().encode('12345678901234567890');

function write(format: FactoryCsvFormat, first: bigint, seeds: Uint8Array): Uint8Array {
  const writer = new FactoryCsvWriter(format);
  const count = seeds.length / format.seedLength;
  const out = new Uint8Array(writer.header.length + count * writer.rowLength);
  out.set(writer.header);
  expect(writer.writeRows(out.subarray(writer.header.length), first, seeds, count)).toBe(
    count * writer.rowLength,
  );
  return out;
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const file = (content: string) => Uint8Array.from(content, character => character.charCodeAt(0));

/** The tokens of a file that comes in pieces of `size` bytes. */
function read(format: FactoryCsvFormat, bytes: Uint8Array, size = bytes.length): [bigint, Uint8Array][] {
  const tokens: [bigint, Uint8Array][] = [];
  const reader = new FactoryCsvReader(format, (serial, seed) => tokens.push([serial, seed.slice()]));
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  reader.end();
  return tokens;
}

describe('the factory file', () => {
  it('is a header and a line for each token, in the encoding that the factory wants', () => {
    const seeds = Uint8Array.of(...rfc4226, ...rfc4226.toReversed());
    expect(text(write(hex, 9n, seeds))).toBe(
      'serial,seed\nEX-0009,3132333435363738393031323334353637383930\nEX-0010,3039383736353433323130393837363534333231\n',
    );
    expect(text(write(base32, 9998n, seeds))).toBe(
      'serial,seed\nEX-9998,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\nEX-9999,GA4TQNZWGU2DGMRRGA4TQNZWGU2DGMRR\n',
    );
  });

  const formats = fc.record({
    serials: fc.record({
      stem: fc.stringMatching(/^([A-Z0-9-]{0,31}[A-Z-])?$/),
      digits: fc.integer({ min: 3, max: 18 }),
    }),
    encoding: fc.constantFrom('hex' as const, 'base32' as const),
    seedLength: fc.integer({ min: 16, max: 64 }),
  });
  const contents = formats.chain(format =>
    fc.record({
      format: fc.constant(format),
      first: fc.bigInt({ min: 0n, max: 10n ** BigInt(format.serials.digits) - 9n }),
      seeds: fc
        .integer({ min: 0, max: 9 })
        .chain(count =>
          fc.uint8Array({ minLength: count * format.seedLength, maxLength: count * format.seedLength }),
        ),
      size: fc.integer({ min: 1, max: 200 }),
    }),
  );

  it('reads as it was written, in pieces of any size', () => {
    fc.assert(
      fc.property(contents, ({ format, first, seeds, size }) => {
        const { seedLength } = format;
        const expected = Array.from({ length: seeds.length / seedLength }, (_, i) => [
          first + BigInt(i),
          seeds.slice(i * seedLength, (i + 1) * seedLength),
        ]);
        const bytes = write(format, first, seeds);
        expect(read(format, bytes, size)).toEqual(expected);
        expect(read(format, bytes, 1)).toEqual(expected);
      }),
    );
  });

  it('is refused with any one byte changed, unless the change makes another serial or seed', () => {
    for (const format of [hex, base32]) {
      const bytes = write(format, 9n, rfc4226);
      const original = read(format, bytes);
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
          fc.pre(bytes[at] !== byte);
          const changed = bytes.slice();
          changed[at] = byte;
          let tokens: [bigint, Uint8Array][];
          try {
            tokens = read(format, changed);
          } catch (error) {
            expect(error).toBeInstanceOf(SeedFileError);
            return;
          }
          expect(tokens).not.toEqual(original);
          expect(write(format, tokens[0]?.[0] ?? -1n, tokens[0]?.[1] ?? new Uint8Array())).toEqual(changed);
        }),
        { numRuns: 500 },
      );
    }
  });

  const row = 'EX-0009,3132333435363738393031323334353637383930\n';
  const header = 'serial,seed\n';
  it.each<[SeedFileErrorCode, number, string]>([
    ['header_malformed', 1, `serial,Seed\n${row}`],
    ['header_malformed', 1, row],
    ['header_malformed', 1, `\u00ef\u00bb\u00bf${header}${row}`],
    ['header_malformed', 1, `serial,seed\r\n${row}`],
    ['row_malformed', 2, `${header}\n${row}`],
    ['row_malformed', 3, `${header}${row}${row.replace('\n', '\r\n')}`],
    ['row_malformed', 2, `${header}${row.replace('0009', '009')}${row}`],
    ['row_malformed', 2, `${header}${row.replace(',', ';')}`],
    ['row_malformed', 3, `${header}${row}${row.slice(0, -1)},${row}`],
    ['serial_malformed', 2, `${header}${row.replace('EX-', 'EY-')}`],
    ['serial_malformed', 4, `${header}${row}${row}${row.replace('0009', '000 ')}`],
    ['serial_malformed', 2, `${header}${row.replace('0009', '00\u00c2\u00b2')}`],
    ['seed_malformed', 3, `${header}${row}${row.replace('33', '3g')}`],
    ['seed_malformed', 2, `${header}${row.replace('32', '3A')}`],
    ['file_truncated', 1, ''],
    ['file_truncated', 1, 'serial,see'],
    ['file_truncated', 3, `${header}${row}${row.slice(0, -1)}`],
    ['file_truncated', 3, `${header}${row}\n`],
  ])('is refused with %s in line %i of %j', (code, line, content) => {
    for (const size of [1, 1000]) expect(() => read(hex, file(content), size)).toThrow(refusal(code, line));
  });

  it.each([
    'gezdgnbvgy3tqojqgezdgnbvgy3tqojq',
    'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ0',
    'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQO==',
  ])('is refused with the base32 seed %s, which no writer gives', seed => {
    expect(() => read(base32, file(`${header}EX-0009,${seed}\n`))).toThrow(refusal('seed_malformed', 2));
  });

  it('shows no seed in an error, and wipes what it read', () => {
    const seen: Uint8Array[] = [];
    const reader = new FactoryCsvReader(hex, (_, seed) => {
      expect(seed).toEqual(rfc4226);
      seen.push(seed);
    });
    const push = () => reader.push(file(`${header}${row}${row.replace('30\n', '3x\n')}`));
    expect(push).toThrow(/^line 3: the seed is not 20 bytes in the encoding of the file$/);
    expect(seen).toEqual([new Uint8Array(20)]);
  });

  it('passes on what the taker throws', () => {
    const fault = new Error('no more');
    const taker = () => {
      throw fault;
    };
    expect(() => new FactoryCsvReader(hex, taker).push(file(`${header}${row}`))).toThrow(fault);
  });
});

describe('the writer of the factory file', () => {
  const writer = new FactoryCsvWriter(hex);

  it('writes nothing when there is no room, too few seeds or no serial left', () => {
    const out = new Uint8Array(3 * writer.rowLength);
    const seeds = new Uint8Array(60);
    expect(() => writer.writeRows(out.subarray(1), 0n, seeds, 3)).toThrow(refusal('buffer_too_small'));
    expect(() => writer.writeRows(out, 0n, seeds.subarray(1), 3)).toThrow(refusal('buffer_too_small'));
    expect(() => writer.writeRows(out, 9998n, seeds, 3)).toThrow(refusal('serials_exhausted'));
    expect(() => writer.writeRows(out, -1n, seeds, 3)).toThrow(refusal('serials_exhausted'));
    expect(out.every(byte => byte === 0)).toBe(true);
    expect(writer.writeRows(out, 9997n, seeds, 3)).toBe(out.length);
  });

  it.each<Partial<FactoryCsvFormat>>([
    { seedLength: 15 },
    { seedLength: 65 },
    { seedLength: 20.5 },
    { serials: { stem: 'A,B', digits: 4 } },
    { serials: { stem: 'A\n', digits: 4 } },
    { serials: { stem: '=A', digits: 4 } },
    { serials: { stem: 'A1', digits: 4 } },
    { serials: { stem: 'a', digits: 4 } },
    { serials: { stem: 'A', digits: 0 } },
    { serials: { stem: 'A', digits: 19 } },
  ])('refuses the format %o', change => {
    expect(() => new FactoryCsvWriter({ ...hex, ...change })).toThrow(refusal('format_invalid'));
    expect(() => new FactoryCsvReader({ ...hex, ...change }, () => {})).toThrow(refusal('format_invalid'));
  });
});
