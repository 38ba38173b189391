import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../errors.ts';
import { type Part, partOf } from './range.ts';

const SIZE = 1_000;
const ETAG = '"the-etag"';
const WHOLE = { start: 0, end: SIZE, partial: false };

function part(range: string | undefined, ifRange?: string): Part {
  return partOf({ range, ifRange }, { size: SIZE, etag: ETAG });
}

describe('RFC 9110 section 14.1.2, on a file of 1,000 bytes', () => {
  test.each([
    ['bytes=0-499', 0, 500],
    ['bytes=500-999', 500, 1_000],
    ['bytes=-500', 500, 1_000],
    ['bytes=500-', 500, 1_000],
    ['bytes=0-0', 0, 1],
    ['bytes=-1', 999, 1_000],
    ['bytes=0-99999', 0, 1_000],
    ['bytes=-99999', 0, 1_000],
    ['BYTES=1-2', 1, 3],
  ])('%s', (range, start, end) => {
    expect(part(range)).toEqual({ start, end, partial: true });
  });

  test.each(['bytes=1000-', 'bytes=1000-2000', 'bytes=-0', `bytes=${'9'.repeat(400)}-`])(
    '%s is not satisfiable',
    range => {
      expect(() => part(range)).toThrow(
        expect.objectContaining({
          code: 'range_not_satisfiable',
          headers: { 'content-range': 'bytes */1000' },
        }),
      );
    },
  );

  test.each([
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=5-4',
    'bytes=0-1,5-6',
    'bytes 0-1',
    'lines=0-1',
    'bytes=0x1-2',
    'bytes=+1-2',
    '',
  ])('"%s" is ignored', range => {
    expect(part(range)).toEqual(WHOLE);
  });
});

test('If-Range lets a range pass on the same version alone', () => {
  expect(part('bytes=1-2', ETAG)).toMatchObject({ partial: true });
  for (const other of ['"another"', `W/${ETAG}`, 'the-etag', 'Wed, 21 Oct 2015 07:28:00 GMT', '*', '']) {
    expect(part('bytes=1-2', other)).toEqual(WHOLE);
  }
  expect(part('bytes=5000-', '"another"')).toEqual(WHOLE);
});

test('whatever is asked for, the answer lies within the file or is a refusal', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.oneof(
        fc.string(),
        fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`),
      ),
      (size, range) => {
        try {
          const { start, end } = partOf({ range, ifRange: undefined }, { size, etag: ETAG });
          expect(start).toBeGreaterThanOrEqual(0);
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(size);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
        }
      },
    ),
  );
});
