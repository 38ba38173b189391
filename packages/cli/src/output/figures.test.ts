import { describe, expect, it } from 'vitest';
import { bytes, count, duration, moment } from './figures.ts';

describe('figures', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [1_234_567, '1.2 MB'],
    [5e15, '5.0 PB'],
    [5e19, '50000.0 PB'],
  ])('says %d bytes as %s', (number, text) => {
    expect(bytes(number)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [0.2, '1 s'],
    [59, '59 s'],
    [59.5, '1 min 0 s'],
    [3599.9, '1 h 0 min'],
    [7260, '2 h 1 min'],
    [90_000, '1 d 1 h'],
  ])('says %d seconds as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('groups great numbers', () => {
    expect(count(1_234_567.4)).toBe('1,234,567');
  });

  it('says a time in UTC, and what is none as it came', () => {
    expect(moment('2026-02-03T05:05:06.789+01:00')).toBe('2026-02-03 04:05:06Z');
    expect(moment('yesterday')).toBe('yesterday');
  });
});
