import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainFileSize, sealedFileSize } from './sealed-file-format.ts';
import { refusal } from './testing/refusal.ts';

describe('the length of a sealed file', () => {
  it.each([
    [0, 31],
    [1, 32],
    [65_536, 65_567],
    [65_537, 65_584],
    [131_072, 131_119],
    [10_000_000, 10_002_463],
  ])('of %i bytes is %i', (plain, sealed) => {
    expect(sealedFileSize(plain)).toBe(sealed);
    expect(plainFileSize(sealed)).toBe(plain);
  });

  it('leads back to that of the plaintext, up to 256 TiB', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 }), plain => {
        expect(plainFileSize(sealedFileSize(plain))).toBe(plain);
      }),
    );
    expect(() => sealedFileSize(2 ** 48 + 1)).toThrow(refusal('sealed_file_too_large'));
  });

  it('is refused when no file has it', () => {
    const lengths = new Map(Array.from({ length: 60 }, (_, plain) => [sealedFileSize(plain, 4), plain]));
    for (let sealed = -20; sealed <= 200; sealed++) {
      const plain = lengths.get(sealed);
      if (plain !== undefined) expect(plainFileSize(sealed, 4)).toBe(plain);
      else expect(() => plainFileSize(sealed, 4)).toThrow(refusal('sealed_file_damaged'));
    }
    for (const sealed of [Number.NaN, 100.5, Number.POSITIVE_INFINITY, 2 ** 49]) {
      expect(() => plainFileSize(sealed)).toThrow(refusal('sealed_file_damaged'));
    }
  });
});
