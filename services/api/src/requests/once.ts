import { createHash } from 'node:crypto';
import {
  claimRequest,
  type Effect,
  type KeptAnswer,
  keepAnswer,
  type Ledger,
  type RequestKey,
} from '@seedlot/ledger';
import { ApiError } from '../errors.ts';
import type { JsonBody } from './json-body.ts';

/** What an effect answers, and what of it is kept for a repeated request. */
export interface Outcome {
  readonly status: number;
  readonly text: string;
  readonly keptText: string;
}

export interface Answered extends KeptAnswer {
  readonly replayed: boolean;
}

/**
 * The key under which an answer is kept, from an attacker-controlled header. Method, path and body make the request:
 * another one under the same key is refused.
 */
export function requestKey(header: unknown, method: string, path: string, body: JsonBody): RequestKey {
  if (header === undefined) {
    throw new ApiError(
      'idempotency_key_missing',
      'Send an Idempotency-Key: any text that is new for each effect',
    );
  }
  if (typeof header !== 'string' || !/^[\x20-\x7e]{1,200}$/.test(header)) {
    throw new ApiError(
      'idempotency_key_malformed',
      'An Idempotency-Key is 1 to 200 printable ASCII characters',
    );
  }
  const hash = createHash('sha256').update(`${method} ${path}\n`).update(body.sha256).digest();
  return { key: header, hash };
}

/**
 * Lets `act` have its effect at most once: the claim of the key, the effect and the kept answer are one transaction,
 * so that of two requests at once the second waits and is given the answer of the first. Throws what `act` throws;
 * then nothing has happened and the key is free.
 */
export async function once(
  ledger: Ledger,
  actor: string,
  request: RequestKey,
  act: (effect: Effect) => Promise<Outcome>,
): Promise<Answered> {
  return ledger.commit(actor, async effect => {
    const kept = await claimRequest(effect, request);
    if (kept !== null) return { ...kept, replayed: true };
    const { status, text, keptText } = await act(effect);
    await keepAnswer(effect, request, { status, text: keptText });
    return { status, text, replayed: false };
  });
}
