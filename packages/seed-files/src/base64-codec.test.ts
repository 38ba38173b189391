import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64 } from './base64-codec.ts';

const ascii = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0));

function encode(bytes: Uint8Array): string {
  const out = new Uint8Array(base64.length(bytes.length));
  base64.write(bytes, 0, bytes.length, out, 0);
  return new TextDecoder().decode(out);
}

/** Null where the text is refused. */
function decode(text: string): Uint8Array | null {
  const size = base64.size(ascii(text));
  if (!Number.isInteger(size) || size < 0) return null;
  const seed = new Uint8Array(size);
  return base64.read(ascii(text), seed) ? seed : null;
}

describe('base64', () => {
  // RFC 4648, section 10.
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('of %j is %j', (plain, text) => {
    expect(encode(ascii(plain))).toBe(text);
    expect(decode(text)).toEqual(ascii(plain));
  });

  it('is what the platform makes of the same bytes, in any place of a buffer', () => {
    const places = fc.tuple(fc.uint8Array({ maxLength: 90 }), fc.nat(9), fc.nat(9));
    fc.assert(
      fc.property(places, ([some, from, at]) => {
        const room = new Uint8Array(from + some.length + 3).fill(0xff);
        room.set(some, from);
        const length = base64.length(some.length);
        const out = new Uint8Array(at + length + 2).fill(0x2e);
        base64.write(room, from, from + some.length, out, at);
        const text = btoa(String.fromCharCode(...some));
        expect(new TextDecoder().decode(out)).toBe(`${'.'.repeat(at)}${text}..`);
        expect(decode(text)).toEqual(some);
      }),
    );
  });

  it('has one text for all bytes: what decodes, encodes to itself', () => {
    const characters = fc.constantFrom(...'AQgw/+9=zb');
    let accepted = 0;
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 12 }), text => {
        const seed = decode(text);
        if (seed === null) return;
        accepted += 1;
        expect(encode(seed)).toBe(text);
      }),
    );
    expect(accepted).toBeGreaterThan(0);
  });

  it.each(['Zg', 'Zg=', 'Zh==', 'Zm9=', 'Z===', 'Zm 8', 'Zm-_', '====', 'Zg==Zg==', 'Zm9vé'])(
    'is refused as %j',
    text => {
      expect(decode(text)).toBeNull();
    },
  );
});
