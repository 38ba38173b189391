import { expect } from 'vitest';
import { ErasableError, type ErasableErrorCode } from '../errors.ts';

/** Matches an `ErasableError` of this code, for `toThrow` and `rejects.toEqual`. */
export function refusal(code: ErasableErrorCode): unknown {
  return expect.objectContaining({ constructor: ErasableError, code });
}
