import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { QueueError } from './errors.ts';
import { errand, type JobData, type JobName } from './jobs.ts';

const lots = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);

describe('errands', () => {
  it('has a key of its own for every lot and lane', () => {
    fc.assert(
      fc.property(lots, fc.nat(63), lots, fc.nat(63), (lot, lane, other, otherLane) => {
        const same = lot === other && lane === otherLane;
        const keys = [
          errand('generate', { lot, lane }).key,
          errand('generate', { lot: other, lane: otherLane }).key,
        ];
        expect(keys[0] === keys[1]).toBe(same);
        expect(errand('dispatch', { lot }).key === errand('dispatch', { lot: other }).key).toBe(
          lot === other,
        );
      }),
    );
  });

  it('has one errand to publish', () => {
    expect(errand('publish', {}).key).toBe(errand('publish', {}).key);
  });

  const refused: [JobName, unknown][] = [
    ['dispatch', undefined],
    ['dispatch', null],
    ['dispatch', 'L1'],
    ['dispatch', {}],
    ['dispatch', { lot: 1 }],
    ['dispatch', { lot: '' }],
    ['dispatch', { lot: 'a'.repeat(65) }],
    ['dispatch', { lot: '../L1' }],
    ['dispatch', { lot: 'L1', seed: '3132333435' }],
    ['generate', { lot: 'L1' }],
    ['generate', { lot: 'L1', lane: 64 }],
    ['generate', { lot: 'L1', lane: 0.5 }],
    ['publish', { lot: 'L1' }],
  ];
  it.each(refused)('refuses for %s the data %j', (job, data) => {
    expect(() => errand(job, data)).toThrow(expect.objectContaining({ code: 'job_data_invalid' }));
  });

  it('never repeats a value that it refuses', () => {
    const secrets = fc.stringMatching(/^[0-9a-f]{40}!$/);
    fc.assert(
      fc.property(secrets, secret => {
        for (const data of [secret, { lot: secret }, { lot: 'L1', seed: secret }])
          expect(fault(data)).not.toContain(secret);
      }),
    );
  });

  it('types data by the name of the job', () => {
    expectTypeOf<JobData<'generate'>>().toEqualTypeOf<{ lot: string; lane: number }>();
    expectTypeOf<JobData<'shred'>>().toEqualTypeOf<JobData<'publish'>>();
  });
});

function fault(data: unknown): string {
  try {
    errand('dispatch', data);
  } catch (error) {
    if (error instanceof QueueError)
      return `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
  }
  return expect.unreachable('it should have been refused');
}
