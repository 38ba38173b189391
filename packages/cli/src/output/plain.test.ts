import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain, plainJson, plainJsonLine, plainLines } from './plain.ts';

/** What terminals obey: escape sequences in their 7-bit and 8-bit forms, line ends, bells, deletes. */
const controls = fc.constantFrom(
  '\x1b[2J',
  '\x9b31m',
  '\r',
  '\n',
  '\x07',
  '\x7f',
  '\x00',
  '\u2028',
  '\u202e',
  '\u200b',
);
const hostile = fc.array(fc.oneof(controls, fc.string({ unit: 'binary' }))).map(parts => parts.join(''));

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OBEYED = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;

describe('plain', () => {
  it('leaves nothing that a terminal obeys, and no line end', () => {
    fc.assert(fc.property(hostile, text => !OBEYED.test(plain(text))));
  });

  it('leaves printable text as it is, in any script', () => {
    for (const text of ['ex-totp-1', 'Müller & Söhne', '株式会社例', 'Ελλάδα', '😀'])
      expect(plain(text)).toBe(text);
  });

  it('shows that something was there: two names that differ stay different', () => {
    expect(plain('ac\u200bme')).toBe('ac\u{fffd}me');
  });

  it('keeps the line ends of a text of several lines, and nothing else', () => {
    expect(plainLines('one\r\ntwo\x1b[0m\nthree')).toBe('one\ntwo\u{fffd}[0m\nthree');
  });
});

describe('plainJson', () => {
  it('means exactly what it was given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), hostile, (value, text) => {
        expect(JSON.parse(plainJson({ [text]: [value, text] }))).toEqual(
          JSON.parse(JSON.stringify({ [text]: [value, text] })),
        );
      }),
    );
  });

  it('on one line means the same, and holds no line end', () => {
    fc.assert(
      fc.property(fc.jsonValue(), hostile, (value, text) => {
        const line = plainJsonLine({ [text]: [value, text] });
        expect(JSON.parse(line)).toEqual(JSON.parse(plainJson({ [text]: [value, text] })));
        return !OBEYED.test(line);
      }),
    );
  });

  it('holds nothing but its own line ends that a terminal obeys', () => {
    fc.assert(fc.property(hostile, text => !OBEYED.test(plainJson({ [text]: text }).replaceAll('\n', ''))));
  });
});
