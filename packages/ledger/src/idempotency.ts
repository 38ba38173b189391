import { timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { LedgerError } from './errors.ts';

/** An answer as it is kept, never with a secret that is shown once. */
export interface KeptAnswer {
  readonly status: number;
  /** The JSON of the body, kept as a text: parsed and printed again, its members would come in another order. */
  readonly text: string;
}

/** Which request an answer belongs to: `hash` is the SHA-256 of its method, path and body. */
export interface RequestKey {
  readonly key: string;
  readonly hash: Buffer;
}

/**
 * Claims the key within the effect's transaction: a second request with it waits for the first to end. Resolves to
 * the kept answer of an equal request, or null when this one is the first. Throws `idempotency_key_reused`.
 */
export async function claimRequest(effect: Effect, request: RequestKey): Promise<KeptAnswer | null> {
  const claimed = await effect.sql
    .insertInto('idempotency_keys')
    .values({ actor_id: effect.actor, key: request.key, request_hash: request.hash })
    .onConflict(conflict => conflict.doNothing())
    .returning('key')
    .executeTakeFirst();
  if (claimed !== undefined) return null;
  const kept = await effect.sql
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'status', 'answer'])
    .where('actor_id', '=', effect.actor)
    .where('key', '=', request.key)
    .executeTakeFirstOrThrow();
  if (kept.status === null || !timingSafeEqual(kept.request_hash, request.hash)) {
    throw new LedgerError('idempotency_key_reused', 'This Idempotency-Key came with another request before');
  }
  return { status: kept.status, text: String(kept.answer) };
}

export async function keepAnswer(effect: Effect, request: RequestKey, answer: KeptAnswer): Promise<void> {
  await sql`update idempotency_keys
    set status = ${answer.status}, answer = to_jsonb(${answer.text}::text), answered_at = now()
    where actor_id = ${effect.actor} and key = ${request.key}`.execute(effect.sql);
}

/** Forgets answers older than a day. */
export async function forgetOldAnswers(effect: Effect): Promise<void> {
  await sql`delete from idempotency_keys where answered_at < now() - interval '1 day'`.execute(effect.sql);
}
