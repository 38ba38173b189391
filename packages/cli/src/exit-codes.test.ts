import { describe, expect, it } from 'vitest';
import { CliError } from './errors.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';

function refused(status: number): CliError {
  const problem = { type: 'about:blank', title: 'No', status, code: 'no' };
  return new CliError('request_refused', 'No', { problem });
}

describe('exitCodeOf', () => {
  it.each([
    [400, EXIT.refused],
    [401, EXIT.forbidden],
    [403, EXIT.forbidden],
    [404, EXIT.unknown],
    [409, EXIT.refused],
    [422, EXIT.refused],
    [423, EXIT.refused],
    [429, EXIT.unreachable],
    [500, EXIT.failed],
    [503, EXIT.unreachable],
  ])('tells a refusal of status %d by %d', (status, code) => {
    expect(exitCodeOf(refused(status))).toBe(code);
  });

  it('tells what failed on this machine by its kind', () => {
    expect(exitCodeOf(new CliError('usage', 'No'))).toBe(2);
    expect(exitCodeOf(new CliError('file_exists', 'No'))).toBe(9);
    expect(exitCodeOf(new CliError('interrupted', 'No'))).toBe(130);
  });

  it('tells a full disk from any other that cannot be written', () => {
    const cause = (code: string) => Object.assign(new Error(code), { code });
    expect(exitCodeOf(new CliError('file_unwritable', 'No', { cause: cause('ENOSPC') }))).toBe(5);
    expect(exitCodeOf(new CliError('file_unwritable', 'No', { cause: cause('EACCES') }))).toBe(9);
  });

  it('tells what nobody foresaw as a defect', () => {
    expect(exitCodeOf(new TypeError('x is not a function'))).toBe(1);
    expect(exitCodeOf(undefined)).toBe(1);
  });
});
