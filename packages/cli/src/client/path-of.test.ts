import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CliError } from '../errors.ts';
import { pathOf } from './path-of.ts';

describe('pathOf', () => {
  it('keeps whatever is typed in its own place, or refuses it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), name => {
        try {
          const { pathname, search } = new URL(pathOf('lots', name, 'file'), 'http://localhost/');
          const parts = pathname.split('/');
          expect([parts.length, parts[1], parts[2], parts[4], search]).toEqual([5, 'v1', 'lots', 'file', '']);
          expect(decodeURIComponent(parts[3] ?? '')).toBe(name);
        } catch (fault) {
          expect(fault).toMatchObject({ code: 'usage' });
        }
      }),
    );
  });

  it.each(['', '.', '..', '...'])('refuses the name "%s"', name => {
    expect(() => pathOf('lots', name)).toThrow(CliError);
  });

  it.each([
    ['../staff', 'v1/lots/..%2Fstaff'],
    ['%2e%2e', 'v1/lots/%252e%252e'],
    ['a?b#c', 'v1/lots/a%3Fb%23c'],
  ])('encodes %s', (name, path) => {
    expect(pathOf('lots', name)).toBe(path);
  });
});
