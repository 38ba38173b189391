import { ErasableError } from '@seedlot/erasable';
import { describe, expect, it } from 'vitest';
import { Pkcs11Error } from './errors.ts';
import { slotFault, tokenFault } from './token-faults.ts';

describe('what a token answers', () => {
  it.each([
    ['CKR_PIN_INCORRECT', 'pin_refused'],
    ['CKR_PIN_LOCKED', 'pin_locked'],
    ['CKR_DEVICE_REMOVED', 'token_unreachable'],
    ['CKR_TOKEN_NOT_PRESENT', 'token_unreachable'],
    ['CKR_SESSION_HANDLE_INVALID', 'token_session_lost'],
    ['CKR_USER_NOT_LOGGED_IN', 'token_session_lost'],
    ['CKR_GENERAL_ERROR', 'token_call_failed'],
    ['CKR_VENDOR_DEFINED', 'token_call_failed'],
  ])('%s is told by its name, as %s', (result, code) => {
    const fault = tokenFault('seedlot', new Error(result));
    expect(fault).toEqual(expect.objectContaining({ constructor: Pkcs11Error, code }));
    expect(fault.message).toContain(result);
  });

  it.each([
    ['CKR_DEVICE_MEMORY', 'slot_full'],
    ['CKR_TOKEN_NOT_PRESENT', 'slot_unreachable'],
    ['CKR_PIN_INCORRECT', 'slot_unreachable'],
    ['CKR_GENERAL_ERROR', 'slot_unreachable'],
  ])('%s is %s to the users of a slot', (result, code) => {
    const fault = slotFault(tokenFault('seedlot', new Error(result)));
    expect(fault).toEqual(expect.objectContaining({ constructor: ErasableError, code }));
  });

  it('that is no result shows nothing of its message', () => {
    const fault = tokenFault('seedlot', new TypeError('the PIN 1234 is no string'));
    expect(fault).toEqual(expect.objectContaining({ code: 'token_call_failed' }));
    expect(fault.message).not.toContain('1234');
  });
});
