import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../output/figures.ts';
import { widthOf } from '../output/width.ts';
import { barLine, type Progress, textLine } from './progress-line.ts';

const half: Progress = {
  label: 'lot-000001',
  done: 500_000,
  total: 1_000_000,
  rate: 125_000,
  left: 4,
  unit: { say: bytes, name: '' },
};

const anyProgress = fc.record({
  label: fc.string({ unit: 'binary' }),
  done: fc.double({ noNaN: true, min: -1e18, max: 1e18 }),
  total: fc.double({ noNaN: true, min: 0, max: 1e18 }),
  rate: fc.option(fc.double({ noNaN: true, min: 0, max: 1e18 })),
  left: fc.option(fc.double({ noNaN: true, min: 0, max: 1e12 })),
  unit: fc.constant({ say: bytes, name: '' }),
});

describe('barLine', () => {
  it.each([
    [
      100,
      'lot-000001 [###################...................]  50%  500.0 kB of 1.0 MB  125.0 kB/s  4 s left',
    ],
    [80, 'lot-000001 [##########..........]  50%  500.0 kB of 1.0 MB  125.0 kB/s  4 s left'],
    [60, 'lot-000001 [##########..........]  50%  125.0 kB/s  4 s left'],
    [40, 'lot-000001 [######......]  50%  4 s left'],
    [30, '[######.......]  50%  4 s left'],
    [20, '[######.......]  50%'],
    [5, ' 50%'],
  ])('says at %d columns what fits', (columns, line) => {
    expect(barLine(half, columns)).toBe(line);
  });

  it('fits on every screen, whatever a server says', () => {
    fc.assert(
      fc.property(anyProgress, fc.integer({ min: 1, max: 200 }), (progress, columns) => {
        expect(widthOf(barLine(progress, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('is full at the end and not before', () => {
    expect(barLine({ ...half, done: 999_999 }, 80)).toContain('.]  99%');
    expect(barLine({ ...half, done: 1_000_000 }, 80)).toContain('#] 100%');
  });
});

describe('textLine', () => {
  it('says all of it', () => {
    expect(textLine(half)).toBe('lot-000001: 50%, 500.0 kB of 1.0 MB, 125.0 kB/s, 4 s left');
  });

  it('names what it counts once, and at the rate', () => {
    const unit = { say: String, name: ' seeds' };
    expect(textLine({ ...half, unit, left: null })).toBe(
      'lot-000001: 50%, 500000 of 1000000 seeds, 125000 seeds/s',
    );
  });

  it('says less while less is known', () => {
    expect(textLine({ ...half, rate: null, left: null })).toBe('lot-000001: 50%, 500.0 kB of 1.0 MB');
  });
});
