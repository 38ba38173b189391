import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pace } from './pace.ts';

function paceOf(samples: readonly (readonly [at: number, done: number])[]): Pace {
  const pace = new Pace();
  for (const [at, done] of samples) pace.note(done, at);
  return pace;
}

describe('Pace', () => {
  it('says nothing before something has moved in time', () => {
    expect(paceOf([]).rate()).toBeNull();
    expect(paceOf([[0, 100]]).rate()).toBeNull();
    expect(
      paceOf([
        [5, 1],
        [5, 100],
      ]).rate(),
    ).toBeNull();
  });

  it('is what was done by the time it took', () => {
    const pace = paceOf([
      [1000, 50],
      [3000, 250],
    ]);
    expect(pace.rate()).toBe(100);
    expect(pace.secondsLeft(1250)).toBe(10);
  });

  it('does not count what was there before: a download that goes on', () => {
    expect(
      paceOf([
        [0, 1_000_000],
        [1000, 1_000_500],
      ]).rate(),
    ).toBe(500);
  });

  it('forgets how it was long ago', () => {
    const samples = Array.from(
      { length: 61 },
      (_, at) => [at * 1000, at < 30 ? at * 1000 : 30_000 + (at - 30) * 10] as const,
    );
    expect(paceOf(samples).rate()).toBe(10);
  });

  it('begins anew when the work does', () => {
    expect(
      paceOf([
        [0, 0],
        [1000, 900],
        [2000, 0],
        [3000, 50],
      ]).rate(),
    ).toBe(50);
  });

  it('never says that it takes for ever, or less than no time', () => {
    const steps = fc.array(fc.tuple(fc.nat(5000), fc.nat(100)), { maxLength: 50 });
    fc.assert(
      fc.property(steps, fc.nat(10_000), (deltas, total) => {
        let at = 0;
        let done = 0;
        const pace = new Pace();
        for (const [time, work] of deltas) {
          at += time;
          done += work;
          pace.note(done, at);
        }
        const left = pace.secondsLeft(total);
        return left === null || (Number.isFinite(left) && left >= 0);
      }),
    );
  });
});
