import { ErasableError } from '@seedlot/erasable';
import { resultOf } from './cryptoki.ts';
import { Pkcs11Error, type Pkcs11ErrorCode } from './errors.ts';

const CODES: Readonly<Record<string, Pkcs11ErrorCode>> = {
  CKR_TOKEN_NOT_PRESENT: 'token_unreachable',
  CKR_TOKEN_NOT_RECOGNIZED: 'token_unreachable',
  CKR_DEVICE_REMOVED: 'token_unreachable',
  CKR_SLOT_ID_INVALID: 'token_unreachable',
  CKR_SESSION_HANDLE_INVALID: 'token_session_lost',
  CKR_SESSION_CLOSED: 'token_session_lost',
  CKR_USER_NOT_LOGGED_IN: 'token_session_lost',
  CKR_CRYPTOKI_NOT_INITIALIZED: 'token_session_lost',
  CKR_PIN_INCORRECT: 'pin_refused',
  CKR_PIN_INVALID: 'pin_refused',
  CKR_PIN_LEN_RANGE: 'pin_refused',
  CKR_PIN_EXPIRED: 'pin_refused',
  CKR_PIN_LOCKED: 'pin_locked',
};

/** What a call of the module threw, in our words; our own errors as they are. */
export function tokenFault(label: string, cause: unknown): Error {
  if (cause instanceof Pkcs11Error || cause instanceof ErasableError) return cause;
  const result = resultOf(cause);
  const code = CODES[result ?? ''] ?? 'token_call_failed';
  return new Pkcs11Error(code, `The token ${label} answers ${result ?? 'with no result'}`, { cause });
}

/** Whether the token itself, and not what it was asked, is the trouble. */
export function isAway(fault: unknown): boolean {
  return fault instanceof Pkcs11Error && fault.code !== 'token_call_failed';
}

const FULL = ['CKR_DEVICE_MEMORY', 'CKR_TOKEN_RESOURCE_EXCEEDED'];

/** As the port of root slots promises: whatever keeps a token from answering is `slot_unreachable`, or `slot_full`. */
export function slotFault(fault: unknown): unknown {
  if (!(fault instanceof Pkcs11Error)) return fault;
  const result = resultOf(fault.cause);
  const isFull = result !== null && FULL.includes(result);
  return new ErasableError(isFull ? 'slot_full' : 'slot_unreachable', fault.message, { cause: fault });
}
