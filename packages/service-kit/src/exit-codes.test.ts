import { expect, it } from 'vitest';
import { EXIT_CODES, type ExitKind, exitKind } from './exit-codes.ts';

const coded = (code: string) => Object.assign(new Error('x'), { code });

const kinds: [unknown, ExitKind][] = [
  [coded('config_invalid'), 'usage'],
  [coded('database_unreachable'), 'unreachable'],
  [coded('database_busy'), 'unreachable'],
  [coded('address_unavailable'), 'unreachable'],
  [coded('ECONNREFUSED'), 'unreachable'],
  [coded('store_full'), 'full'],
  [coded('ENOSPC'), 'full'],
  [coded('store_tampered'), 'tampered'],
  [coded('serials_in_use'), 'refused'],
  [coded('stop_overdue'), 'failed'],
  [coded('ERR_INVALID_ARG_TYPE'), 'failed'],
  [coded('42P01'), 'failed'],
  [coded('EACCES'), 'failed'],
  [new TypeError('x'), 'failed'],
  [{ code: 'store_full' }, 'failed'],
  ['store_full', 'failed'],
  [undefined, 'failed'],
];

it.each(kinds)('ends %o as %s', (error, kind) => {
  expect(exitKind(error)).toBe(kind);
});

it('gives every kind a code of its own that a shell can tell from its own codes', () => {
  const codes = Object.values(EXIT_CODES);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.every(code => code < 126 || code === 130)).toBe(true);
});
