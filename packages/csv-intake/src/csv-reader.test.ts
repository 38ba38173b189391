import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvReader } from './csv-reader.ts';
import { FAULT_LIMIT, FaultList } from './fault-list.ts';
import { LINE_LENGTH_LIMIT } from './line-reader.ts';
import { pushAll, shortly } from './testing/reading.ts';

const COLUMNS = { required: ['a', 'b'], optional: ['c'] } as const;

interface Reading {
  readonly rows: readonly string[];
  readonly faults: FaultList;
}

function read(content: string | Uint8Array, size = 1 << 16): Reading {
  const faults = new FaultList();
  const rows: string[] = [];
  const reader = new CsvReader<'a' | 'b' | 'c'>([COLUMNS], faults, row => {
    rows.push(`${row.line}:${row.text('a')}/${row.text('b')}/${row.text('c')}`);
  });
  pushAll(reader, content, size);
  reader.end();
  return { rows, faults };
}

describe('a file without fault', () => {
  it.each([
    ['a,b\n1,2\n3,4\n', ['2:1/2/', '3:3/4/']],
    ['a,b\n1,2', ['2:1/2/']],
    ['c,b,a\n3,2,1\n,,\n', ['2:1/2/3', '3://']],
    ['a,b\n', []],
  ])('%j is read in pieces of any size', (content, rows) => {
    for (const size of [1, 2, 3, 5, 1000]) {
      expect(read(content, size).rows).toEqual(rows);
      expect(shortly(read(content, size).faults)).toEqual([]);
    }
  });

  it('gives back any fields that were written, whatever the order of the columns', () => {
    const field = fc.stringMatching(/^[!#-+\--~]{0,12}$/);
    const row = fc.tuple(field, field).filter(([a, b]) => a.toLowerCase() !== 'a' || b.toLowerCase() !== 'b');
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 30 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 90 }),
        (all, swap, size) => {
          const lines = [['a', 'b'], ...all].map(([a, b]) => (swap ? `${b},${a}` : `${a},${b}`));
          const { rows, faults } = read(`${lines.join('\n')}\n`, size);
          expect(shortly(faults)).toEqual([]);
          expect(rows).toEqual(all.map(([a, b], i) => `${i + 2}:${a}/${b}/`));
        },
      ),
    );
  });

  it('may have more lines than one batch, and more than one chunk', () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `${i},${'x'.repeat(i % 50)}`);
    const { rows, faults } = read(['a,b', ...lines].join('\n'), 4096);
    expect(faults.count).toBe(0);
    expect(rows).toHaveLength(5000);
    expect(rows.at(-1)).toBe(`5001:4999/${'x'.repeat(49)}/`);
  });
});

const LONG = 'x'.repeat(LINE_LENGTH_LIMIT);

describe('a file with faults', () => {
  it.each([
    ['', ['1 file_empty']],
    ['\n', ['1 line_empty']],
    ['\xef\xbb\xbf', ['1 byte_order_mark', '1 file_empty']],
    ['\xef\xbb\xbfa,b\n1,2\n', ['1 byte_order_mark']],
    ['\xff\xfea\0,\0b\0\n\x001\0,\x002\0', ['1 encoding_utf16']],
    ['\xfe\xff\0a\0,\0b', ['1 encoding_utf16']],
    ['a\0,\0b\0\n\0', ['1 encoding_utf16']],
    ['\0a\0,\0b\0\n', ['1 encoding_utf16']],
    ['\xff\xfe', ['1 encoding_utf16']],
    ['a;b\n1;2\n3;4\n5\n', ['1 separator_semicolon', '4 columns_miscounted']],
    ['a\tb\n1\t2\n\t4\n', ['1 separator_tab']],
    ['a,b\n1;2\n', ['2 columns_miscounted']],
    ['a,b\r\n1,2\r\n3,4\r\n', ['1 line_ending_crlf']],
    ['a,b\n1,2\r\n\r\n3,4\r\n', ['2 line_ending_crlf', '3 line_empty']],
    ['a,b\r1,2\r3,4\r', ['1 line_ending_crlf', '1 character_control']],
    ['"a","b"\n"1","2"\n', ['1 quotes_used']],
    ['a,b\n1,"2\n3,4"\n', ['2 quotes_used']],
    ['a,b\n1,2\n\n3,4\n\n', ['3 line_empty', '5 line_empty']],
    ['a,b\n1,\0\n\x1b,2\n1,\x7f\n', ['2 character_control', '3 character_control', '4 character_control']],
    ['a,b\n1,\xe9\n1,\xc3\xa9\n', ['2 encoding_not_utf8']],
    [`a,b\n1,${LONG}\n${LONG}\n`, ['2 line_too_long', '3 columns_miscounted']],
    ['1,2\n3,4\n', ['1 header_missing']],
    ['A,b\n1,2\n', ['1 column_unknown']],
    ['a,b,d\n1,2,3\n', ['1 column_unknown']],
    ['a,b,a\n1,2,3\n', ['1 column_doubled']],
    ['a,c\n1,2,3\n', ['1 column_missing']],
    ['c\n1\n', ['1 column_missing', '1 column_missing']],
    ['a,b\n1\n1,2,3\n', ['2 columns_miscounted', '3 columns_miscounted']],
    ['a,b\n1,2\na,b\nA,B\n', ['3 header_repeated', '4 header_repeated']],
    ['a,b\n1 ,2\n1,\t2\n', ['2 spaces_around', '3 spaces_around']],
    [' a,b\n1,2\n', ['1 spaces_around']],
    [
      'a;b\r\n"1 ";2\r\n\r\n',
      ['1 line_ending_crlf', '1 separator_semicolon', '2 quotes_used', '2 spaces_around', '3 line_empty'],
    ],
  ])('%j has %j, in pieces of any size', (content, expected) => {
    for (const size of [1, 2, 3, 7, 5000]) {
      expect(shortly(read(content, size).faults).toSorted()).toEqual(expected.toSorted());
    }
  });

  it.each([
    ['\xef\xbb\xbf"a";"b" \r\n "1";"2"\r\n', '2:1/2/'],
    ['A,b\n1,2', '2:1/2/'],
    ['a,b,a\n1,2,3\n', '2:1/2/'],
  ])('%j is read on as it was meant, to find more', (content, row) => {
    expect(read(content).rows).toEqual([row]);
  });

  it('keeps ten thousand of its faults, counts all, and tells what is the same everywhere once', () => {
    const { faults } = read(`a,b\r\n${'"1"\r\n'.repeat(FAULT_LIMIT + 50)}`);
    expect(faults.count).toBe(FAULT_LIMIT + 52);
    expect(faults.byLine()).toHaveLength(FAULT_LIMIT);
    expect(shortly(faults.byLine().slice(0, 3))).toEqual([
      '1 line_ending_crlf',
      '2 quotes_used',
      '2 columns_miscounted',
    ]);
  });

  it('says for each fault what is wrong and what to do, and nothing of the content', () => {
    const { faults } = read('a,b\n1,secretly,2\n\0secretly\n secretly,secretly\nsecretly');
    expect(faults.count).toBe(4);
    for (const fault of faults.byLine()) {
      expect(fault.message.length).toBeGreaterThan(10);
      expect(fault.fix.length).toBeGreaterThan(10);
      expect(JSON.stringify(fault)).not.toContain('secretly');
    }
  });

  it('of any bytes at all never throws, and no pieces make a difference', () => {
    const alphabet = fc.constantFrom(...Buffer.from('ab,;\t"\r\n 01\0\xef\xbb\xbf\xff\xfe\xc3', 'latin1'));
    const bytes = fc
      .array(fc.oneof(alphabet, fc.nat(255)), { maxLength: 200 })
      .map(all => Uint8Array.from(all));
    const headed = bytes.map(all => Buffer.concat([Buffer.from('a,b\n'), all]));
    fc.assert(
      fc.property(fc.oneof(bytes, headed), fc.integer({ min: 1, max: 30 }), (content, size) => {
        const whole = read(content);
        const cut = read(content, size);
        expect(cut.rows).toEqual(whole.rows);
        expect(shortly(cut.faults).toSorted()).toEqual(shortly(whole.faults).toSorted());
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the bytes of a row', () => {
  it('are wiped after it was taken, also when the taker throws', () => {
    const seen: Uint8Array[] = [];
    const fault = new Error('no more');
    const reader = new CsvReader<'a' | 'b' | 'c'>([COLUMNS], new FaultList(), row => {
      seen.push(row.bytes('b'));
      if (row.line === 3) throw fault;
    });
    expect(() => reader.push(Buffer.from('a,b\n1,222222\n1,333333\n'))).toThrow(fault);
    expect(seen).toEqual([Buffer.alloc(6), Buffer.alloc(6)]);
  });
});
