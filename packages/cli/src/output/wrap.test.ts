import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widthOf } from './width.ts';
import { wrap } from './wrap.ts';

const texts = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'b', '例', '-') }))
  .map(words => words.join(' '));

describe('wrap', () => {
  it('breaks between words', () => {
    expect(wrap('Sign the file anew', 9)).toEqual(['Sign the', 'file anew']);
  });

  it('cuts what is longer than a line', () => {
    expect(wrap('serial 9900000000001', 8)).toEqual(['serial', '99000000', '00001']);
  });

  it('writes no line wider than it may, whatever it is given', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 40 }), (text, width) =>
        wrap(text, width).every(line => widthOf(line) <= width),
      ),
    );
  });

  it('loses nothing but spaces at which it breaks', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 40 }), (text, width) => {
        expect(wrap(text, width).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
