import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FaultList } from './fault-list.ts';
import { ProductionReportReader, type ReportedLot } from './production-report.ts';
import { pushAll, shortly } from './testing/reading.ts';

const TOTP: ReportedLot = {
  lot: 'lot-000001',
  space: { stem: 'EX-', digits: 4 },
  numbers: { first: 100n, after: 200n },
  otp: { type: 'totp', digits: 6 },
};
const HOTP: ReportedLot = { ...TOTP, otp: { type: 'hotp', digits: 8 } };
const PLAIN: ReportedLot = {
  ...TOTP,
  space: { stem: '', digits: 13 },
  numbers: { first: 0n, after: 10n ** 13n },
};

function read(content: string, lot: ReportedLot = TOTP, size = 1 << 16) {
  const faults = new FaultList();
  const rows: [line: number, number: bigint, ...rest: unknown[]][] = [];
  const reader = new ProductionReportReader(lot, faults, ({ line, number, result, sample }) => {
    const text = (code: Uint8Array) => Buffer.from(code).toString();
    const { type: _, ...given } = sample ?? { type: null };
    const codes = Object.entries(given).map(([name, value]) => [
      name,
      typeof value === 'number' ? value : text(value),
    ]);
    rows.push([line, number, result, ...(sample === null ? [] : [Object.fromEntries(codes)])]);
  });
  pushAll(reader, content, size);
  reader.end();
  return { rows, faults };
}

const row = (serial: string, rest = 'burned') => `lot-000001,${serial},${rest}`;

describe('a production report', () => {
  it('is rows of lot, serial and result', () => {
    const { rows, faults } = read(`lot,serial,result\n${row('EX-0100')}\n${row('EX-0199', 'scrapped')}\n`);
    expect(faults.byLine()).toEqual([]);
    expect(rows).toEqual([
      [2, 100n, 'burned'],
      [3, 199n, 'scrapped'],
    ]);
  });

  it('may have samples of TOTP tokens, in columns of any order', () => {
    const times = [
      ['1111111109', 1111111109],
      ['2005-03-18T01:58:29Z', 1111111109],
      ['2005-03-18T02:58:29.999+01:00', 1111111109],
    ] as const;
    for (const [time, seconds] of times) {
      const { rows, faults } = read(`otp,result,lot,time,serial\n081804,burned,lot-000001,${time},EX-0123\n`);
      expect(faults.byLine()).toEqual([]);
      expect(rows).toEqual([[2, 123n, 'burned', { otp: '081804', time: seconds }]]);
    }
  });

  it('may have samples of HOTP tokens', () => {
    const { rows, faults } = read(
      `lot,serial,result,counter,otp,next_otp\n${row('EX-0123')},0,84755224,94287082\n${row('EX-0124')},,,\n`,
      HOTP,
    );
    expect(faults.byLine()).toEqual([]);
    expect(rows).toEqual([
      [2, 123n, 'burned', { counter: 0, otp: '84755224', nextOtp: '94287082' }],
      [3, 124n, 'burned'],
    ]);
  });

  it.each([
    ['lot-000002,EX-0100,burned', 'lot_foreign'],
    [',EX-0100,burned', 'lot_foreign'],
    [row('EX-0099'), 'serial_foreign'],
    [row('EX-0200'), 'serial_foreign'],
    [row('EX-100'), 'serial_zeros_lost'],
    [row('EX-00100'), 'serial_unknown'],
    [row('EY-0100'), 'serial_unknown'],
    [row('ex-0100'), 'serial_malformed'],
    [row(''), 'serial_malformed'],
    [row('EX-0100', 'Burned'), 'result_unknown'],
    [row('EX-0100', ''), 'result_unknown'],
  ])('tells that %s has %s', (line, code) => {
    const { rows, faults } = read(`lot,serial,result\n${line}\n`);
    expect(shortly(faults)).toEqual([`2 ${code}`]);
    expect(rows).toEqual([]);
  });

  it.each([
    ['1.23E+12', 'serial_scientific'],
    ['1,23E+12', 'columns_miscounted'],
    ['9.9E12', 'serial_scientific'],
    ['990000000001', 'serial_zeros_lost'],
    ['7', 'serial_zeros_lost'],
    ['99000000000001', 'serial_unknown'],
  ])('tells that a spreadsheet made %s of a serial', (serial, code) => {
    expect(shortly(read(`lot,serial,result\n${row(serial)}\n`, PLAIN).faults)).toEqual([`2 ${code}`]);
  });

  it.each([
    ['otp', '123456', 'sample_incomplete', TOTP],
    ['time', '1111111109', 'sample_incomplete', TOTP],
    ['otp,time', '81804,1111111109', 'otp_malformed', TOTP],
    ['otp,time', '12345678,1111111109', 'otp_malformed', TOTP],
    ['otp,time', '12345a,1111111109', 'otp_malformed', TOTP],
    ['otp,time', '123456,2005-03-18', 'time_malformed', TOTP],
    ['otp,time', '123456,2005-03-18T01:58:29', 'time_malformed', TOTP],
    ['otp,time', '123456,2005-02-30T01:58:29Z', 'time_malformed', TOTP],
    ['otp,time', '123456,2005-13-01T01:58:29Z', 'time_malformed', TOTP],
    ['otp,time', '123456,1969-12-31T23:59:59Z', 'time_malformed', TOTP],
    ['otp,time', '123456,1.11E+09', 'time_malformed', TOTP],
    ['otp,time', '123456,-5', 'time_malformed', TOTP],
    ['otp,time,counter', '123456,1111111109,0', 'sample_of_other_kind', TOTP],
    ['otp,time', '12345678,1111111109', 'sample_of_other_kind', HOTP],
    ['otp,counter', '12345678,0', 'sample_incomplete', HOTP],
    ['otp,next_otp,counter', '12345678,1234567,0', 'otp_malformed', HOTP],
    ['otp,next_otp,counter', '12345678,12345678,-1', 'counter_malformed', HOTP],
    ['otp,next_otp,counter', '12345678,12345678,01', 'counter_malformed', HOTP],
    ['otp,next_otp,counter', '12345678,12345678,4294967294', 'counter_malformed', HOTP],
  ])('with the columns %s tells that %s has %s', (columns, fields, code, lot) => {
    const { rows, faults } = read(`lot,serial,result,${columns}\n${row('EX-0123')},${fields}\n`, lot);
    expect(shortly(faults)).toEqual([`2 ${code}`]);
    expect(rows).toEqual([]);
  });

  it('has no sample of a scrapped token', () => {
    const { faults } = read(`lot,serial,result,otp,time\n${row('EX-0123', 'scrapped')},123456,1111111109\n`);
    expect(shortly(faults)).toEqual(['2 sample_of_scrapped']);
  });

  it('tells all that is wrong with a row, and shows no code', () => {
    const { faults } = read(
      `lot,serial,result,otp,next_otp,counter\n${row('1.5E+9', 'lost')},424242,31313131x,-\n`,
      HOTP,
    );
    expect(shortly(faults)).toEqual([
      '2 serial_scientific',
      '2 result_unknown',
      '2 counter_malformed',
      '2 otp_malformed',
      '2 otp_malformed',
    ]);
    expect(JSON.stringify(faults.byLine())).not.toMatch(/4242|3131/);
  });

  it('wipes the codes once a row was taken', () => {
    const seen: Uint8Array[] = [];
    using reader = new ProductionReportReader(TOTP, new FaultList(), ({ sample }) => {
      if (sample === null) return;
      expect(sample.otp).toEqual(Buffer.from('081804'));
      seen.push(sample.otp);
    });
    reader.push(Buffer.from(`lot,serial,result,otp,time\n${row('EX-0123')},081804,1111111109\n`));
    expect(seen).toEqual([Buffer.alloc(6)]);
  });

  it('gives only serials of the lot, of rows without fault, whatever the bytes', () => {
    const word = fc.constantFrom(
      'lot-000001',
      'EX-0100',
      'EX-0199',
      'EX-9',
      'burned',
      'scrapped',
      '123456',
      '0',
      '',
    );
    const line = fc.array(word, { minLength: 4, maxLength: 6 }).map(fields => fields.join(','));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.integer({ min: 1, max: 50 }), (lines, size) => {
        const { rows, faults } = read(['lot,serial,result,otp,time', ...lines].join('\n'), TOTP, size);
        const faulty = new Set(faults.byLine().map(fault => fault.line));
        expect(rows.filter(([at]) => faulty.has(at))).toEqual([]);
        expect(rows.length + faulty.size).toBe(lines.length);
        expect(rows.filter(([, number]) => number !== 100n && number !== 199n)).toEqual([]);
      }),
    );
  });
});
