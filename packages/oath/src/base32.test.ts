import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { base32Length, readBase32, writeBase32 } from './base32.ts';
import { OathError, type OathErrorCode } from './errors.ts';

function refusal(code: OathErrorCode): unknown {
  return expect.objectContaining({ constructor: OathError, code });
}

const ascii = (text: string) => new TextEncoder().encode(text);

function encode(bytes: Uint8Array): string {
  const out = new Uint8Array(base32Length(bytes.length));
  expect(writeBase32(bytes, 0, bytes.length, out, 0)).toBe(out.length);
  return new TextDecoder().decode(out);
}

function decode(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  return out.slice(0, readBase32(ascii(text), out));
}

const bytes = fc.uint8Array({ maxLength: 64 });

describe('base32', () => {
  // RFC 4648, section 10, without the padding.
  test.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
    // The secret of RFC 4226, appendix D, as authenticator applications print it.
    ['12345678901234567890', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'],
  ])('of %j is %j', (plain, text) => {
    expect(encode(ascii(plain))).toBe(text);
    expect(decode(text)).toEqual(ascii(plain));
    expect(decode(text.toLowerCase())).toEqual(ascii(plain));
  });

  it('is the number that the bytes are, in digits of 5 bits', () => {
    fc.assert(
      fc.property(bytes, some => {
        const digits = [...encode(some)].map(character =>
          'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(character),
        );
        const text = digits.map(digit => digit.toString(2).padStart(5, '0')).join('');
        const binary = [...some].map(byte => byte.toString(2).padStart(8, '0')).join('');
        expect(text).toBe(binary.padEnd(text.length, '0'));
        expect(text.length - binary.length).toBeLessThan(5);
      }),
    );
  });

  it('gives the bytes back from either case, in any place of a buffer', () => {
    fc.assert(
      fc.property(bytes, fc.nat(9), fc.nat(9), (some, from, at) => {
        const room = new Uint8Array(from + some.length + 3);
        room.set(some, from);
        const out = new Uint8Array(at + base32Length(some.length) + 2).fill(0x2e);
        const end = writeBase32(room, from, from + some.length, out, at);
        const text = new TextDecoder().decode(out);
        expect(text.slice(0, at) + text.slice(end)).toBe('.'.repeat(at + 2));
        expect(decode(text.slice(at, end))).toEqual(some);
        expect(decode(text.slice(at, end).toLowerCase())).toEqual(some);
      }),
    );
  });

  it('has one text for all bytes: what decodes, encodes to itself', () => {
    const characters = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567');
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 16 }), text => {
        let decoded: Uint8Array;
        try {
          decoded = decode(text);
        } catch (error) {
          expect(error).toEqual(refusal('base32_malformed'));
          return;
        }
        expect(encode(decoded)).toBe(text);
      }),
    );
  });

  test.each([
    'M',
    'MZX',
    'MZXW6Y',
    'MZ',
    'MZXR',
    'MZXW7',
    'MZXW6YR',
    'MY======',
    'MZXW6YT ',
    ' MZXW6YT',
    'MZXW6YT0',
    'MZXW6YT1',
  ])('is refused as %j', text => {
    expect(() => decode(text)).toThrow(refusal('base32_malformed'));
  });

  test('is refused with any of the 192 other characters', () => {
    for (let code = 0; code < 256; code++) {
      if (/[A-Za-z2-7]/.test(String.fromCharCode(code))) continue;
      const text = Uint8Array.of(code, ...ascii('AAAAAAA'));
      expect(() => readBase32(text, new Uint8Array(5))).toThrow(refusal('base32_malformed'));
    }
  });

  it('says nothing of the seed when it is refused', () => {
    expect(() => decode('GEZDGNBVGY3TQOJQ!')).toThrow(/^this is no base32: no bytes have 17 characters$/);
    expect(() => decode('GEZDGNB!GY3TQOJQ')).toThrow(
      /^this is no base32: character 8 is not of its alphabet$/,
    );
  });

  it('needs room', () => {
    const some = new Uint8Array(20);
    const full = refusal('buffer_too_small');
    expect(() => writeBase32(some, 0, 20, new Uint8Array(31), 0)).toThrow(full);
    expect(() => writeBase32(some, 0, 20, new Uint8Array(32), 1)).toThrow(full);
    expect(() => writeBase32(some, 1, 21, new Uint8Array(32), 0)).toThrow(full);
    expect(() => readBase32(ascii('MZXW6YTB'), new Uint8Array(4))).toThrow(full);
  });
});
