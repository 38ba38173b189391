import { type Caller, callerOf, type Reader } from '@seedlot/ledger';
import { ApiError } from '../errors.ts';
import { type Party, partyOf } from '../routes/route.ts';

/** RFC 6750 section 2.1; the token's own form is the ledger's to judge. */
const BEARER = /^Bearer +([\x21-\x7e]{1,200})$/i;

/** Who sent this attacker-controlled header. Throws `token_missing`, `token_invalid`. */
export async function authenticate(reader: Reader, header: string | undefined): Promise<Caller> {
  if (header === undefined) {
    throw unauthenticated('token_missing', 'Send a token: `Authorization: Bearer TOKEN`', '');
  }
  const [, token] = BEARER.exec(header) ?? [];
  const caller = token === undefined ? null : await callerOf(reader, token);
  if (caller !== null) return caller;
  throw unauthenticated(
    'token_invalid',
    'This token opens nothing: it is wrong, or was revoked',
    ', error="invalid_token"',
  );
}

/** Throws `role_refused`. */
export function authorize(caller: Caller, who: readonly Party[]): void {
  const party = partyOf(caller);
  if (who.includes(party)) return;
  throw new ApiError('role_refused', `This is for ${who.join(', ')}; you are ${party}`);
}

function unauthenticated(code: 'token_missing' | 'token_invalid', detail: string, fault: string): ApiError {
  return new ApiError(code, detail, { headers: { 'www-authenticate': `Bearer realm="seedlot"${fault}` } });
}
