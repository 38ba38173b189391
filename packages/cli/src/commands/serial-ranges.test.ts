import { InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printRanges, serialCount, serialRanges } from './serial-ranges.ts';

const serial = fc
  .tuple(fc.constantFrom('', 'AB-', 'A-1-B'), fc.integer({ min: 0, max: 99_999 }))
  .map(([stem, number]) => `${stem}${String(number).padStart(5, '0')}`);

describe('serialRanges', () => {
  it('reads a serial, a range, several with commas, and what the system prints', () => {
    expect(serialRanges('AB-0001')).toEqual([{ first: 'AB-0001', last: 'AB-0001' }]);
    expect(serialRanges('AB-0001..AB-0009')).toEqual([{ first: 'AB-0001', last: 'AB-0009' }]);
    expect(serialRanges('AB-0001–AB-0009, 77')).toEqual([
      { first: 'AB-0001', last: 'AB-0009' },
      { first: '77', last: '77' },
    ]);
  });

  it('goes on from what the option had before', () => {
    expect(serialRanges('2', serialRanges('1'))).toHaveLength(2);
  });

  it('takes hyphens as parts of serials alone', () => {
    expect(serialRanges('AB-0001-AB-0009')).toEqual([{ first: 'AB-0001-AB-0009', last: 'AB-0001-AB-0009' }]);
  });

  it.each(['', '1..', '..1', '1..2..3', '9..1', 'A1..B2', '1..02', '1...3', '1.23E+12', 'ab1', '1,,2'])(
    'refuses %j',
    text => {
      expect(() => serialRanges(text)).toThrow(InvalidArgumentError);
    },
  );

  it('reads back what is printed of ranges', () => {
    fc.assert(
      fc.property(fc.array(serial, { minLength: 1 }), serials => {
        const ranges = serials.map(one => [one, one] as const);
        expect(serialRanges(printRanges(ranges)).map(({ first }) => first)).toEqual(serials);
      }),
    );
  });
});

describe('serialCount', () => {
  it('counts every serial once, each kind for itself', () => {
    expect(serialCount(serialRanges('A1..A5,A3..A8,A8,B1'))).toBe(9);
    expect(serialCount(serialRanges('1,01,001'))).toBe(3);
  });
});
