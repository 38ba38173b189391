import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ServiceError } from './errors.ts';
import { faultLine } from './fault-line.ts';

describe('the line of a fault', () => {
  it('tells message, code and causes', () => {
    const cause = new Error('connect ECONNREFUSED 127.0.0.1:5432');
    const error = new ServiceError('address_unavailable', 'cannot listen', { cause });
    expect(faultLine(error)).toBe('cannot listen [address_unavailable]: connect ECONNREFUSED 127.0.0.1:5432');
  });

  it('takes the first of several causes', () => {
    const cause = new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')]);
    expect(faultLine(new ServiceError('stop_failed', 'no', { cause }))).toBe('no [stop_failed]: ::1 refused');
  });

  it('adds the place of a defect', () => {
    expect(faultLine(new TypeError('x is not a function'))).toMatch(
      /^TypeError: x is not a function \(at .*fault-line\.test\.ts:\d+:\d+\)+$/,
    );
  });

  it('is one line, whatever was thrown', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (thrown, message) => {
        for (const error of [thrown, new Error(message), new Error('outer', { cause: thrown })]) {
          expect(faultLine(error)).not.toMatch(/[\n\r]/);
        }
      }),
    );
  });

  it('ends with causes that go in a circle', () => {
    const error = new Error('a');
    error.cause = new Error('b', { cause: error });
    expect(faultLine(error)).toContain('b');
  });

  it('shows no credentials of a URL', () => {
    expect(faultLine(new Error('cannot reach postgres://ops:hunter2@db/x'))).not.toContain('hunter2');
  });
});
