import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCursor, printCursor } from './cursor.ts';

test('a cursor leads back to where it was taken', () => {
  const ids = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$/);
  fc.assert(
    fc.property(ids, id => {
      expect(parseCursor(printCursor(id))).toBe(id);
    }),
  );
});

test('a text that is no cursor is refused, or is one', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String()), text => {
      try {
        expect(printCursor(parseCursor(text))).toBe(text);
      } catch (error) {
        expect(error).toMatchObject({ code: 'cursor_malformed' });
      }
    }),
  );
});
