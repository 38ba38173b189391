import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PART_SIZE, PartialBody } from './partial-body.ts';
import { readPackets } from './testing.ts';

function write(pieces: readonly Uint8Array[]): Buffer {
  using body = new PartialBody();
  const octets: Uint8Array[] = [Uint8Array.of(0xcb)];
  for (const piece of pieces) for (const part of body.push(piece)) octets.push(Buffer.from(part));
  octets.push(Buffer.from(body.end()));
  return Buffer.concat(octets);
}

describe('a body around the border of a part', () => {
  const lengths = [0, 1, 191, 192, 511, 512, 513, 8383, 8384].concat(
    [1, 2, 3].flatMap(parts => [-1, 0, 1].map(step => parts * PART_SIZE + step)),
  );
  test.each(lengths)('of %i octets: whole parts, and a rest of definite length', length => {
    const content = Buffer.alloc(length, 'seedlot');
    const [packet] = readPackets(write([content]));
    expect(packet?.body.equals(content)).toBe(true);
    const whole = Math.max(0, Math.ceil(length / PART_SIZE) - 1);
    expect(packet?.parts).toEqual([...Array(whole).fill(PART_SIZE), length - whole * PART_SIZE]);
  });
});

test('how a body is cut into pieces makes no difference', () => {
  const sizes = fc.array(fc.oneof(fc.nat(9), fc.nat(PART_SIZE), fc.nat(3 * PART_SIZE)), { maxLength: 8 });
  fc.assert(
    fc.property(sizes, lengths => {
      const pieces = lengths.map((length, index) => Buffer.alloc(length, index + 1));
      const content = Buffer.concat(pieces);
      expect(write(pieces).equals(write([content]))).toBe(true);
    }),
  );
});

test('dispose wipes the buffer that held the body', () => {
  const body = new PartialBody();
  for (const part of body.push(Buffer.alloc(1000, 7)))
    throw new RangeError(`an early part of ${part.length}`);
  const last = body.end();
  expect(last.includes(7)).toBe(true);
  body[Symbol.dispose]();
  expect(new Set(last)).toEqual(new Set([0]));
});
