import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DomainError } from './errors.ts';
import { parseSerial, printSerial, printSerials, serialsOf } from './serials.ts';

const pattern = fc
  .record({
    letters: fc.stringMatching(/^[A-Z-]{0,5}$/),
    digits: fc.stringMatching(/^\d{0,5}$/),
    width: fc.integer({ min: 1, max: 13 }),
  })
  .map(({ letters, digits, width }) => ({ prefix: letters + digits, width }));

test('what a pattern prints starts with its prefix, has its width and reads back', () => {
  fc.assert(
    fc.property(pattern, fc.bigInt({ min: 0n, max: 10n ** 13n }), (p, n) => {
      const { space, numbers } = serialsOf(p);
      const number = numbers.first + (n % (numbers.after - numbers.first));
      const printed = printSerial(space, number);
      expect(printed).toHaveLength(p.prefix.length + p.width);
      expect(printed.startsWith(p.prefix)).toBe(true);
      expect(parseSerial(printed)).toEqual({ space, number });
    }),
  );
});

test('prefixes that meet share one space, so the same text is the same number', () => {
  const short = serialsOf({ prefix: '99', width: 11 });
  const long = serialsOf({ prefix: '990', width: 10 });
  expect(long.space).toEqual(short.space);
  expect(long.numbers.first >= short.numbers.first && long.numbers.after <= short.numbers.after).toBe(true);
});

test('runs are written as people write them', () => {
  const space = { stem: 'AB', digits: 4 };
  expect(printSerials(space, { first: 1n, after: 2n })).toBe('AB0001');
  expect(printSerials(space, { first: 1n, after: 20n })).toBe('AB0001–AB0019');
});

test.each(['', 'AB', 'ab1', '1 ', '+1', '1.23E+12', '1234567890123456789', '１'])('refuses %j', text => {
  const act = () => parseSerial(text);
  expect(act).toThrow(DomainError);
  expect(act).toThrow(expect.objectContaining({ code: 'serial_malformed' }));
});

test.each([
  { prefix: '', width: 0 },
  { prefix: '', width: 19 },
  { prefix: '123', width: 16 },
])('refuses the pattern %j', p => {
  expect(() => serialsOf(p)).toThrow(expect.objectContaining({ code: 'serial_malformed' }));
});
