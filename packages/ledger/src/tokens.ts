import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect, Reader } from './effect.ts';

/** Who a request comes from. */
export interface Caller {
  readonly actor: string;
  readonly kind: 'staff' | 'factory' | 'customer';
  readonly role: Role | null;
  readonly factory: string | null;
  readonly customer: string | null;
}

const SHAPE = /^seedlot_([0-9a-f]{32})_([0-9A-Za-z_-]{43})$/;

/** Issues a token to `holder` and returns its text: the only time that it exists outside of its holder's hands. */
export async function issueToken(effect: Effect, holder: string): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  const { id } = await effect.sql
    .insertInto('access_tokens')
    .values({ actor_id: holder, secret_hash: hash(secret) })
    .returning('id')
    .executeTakeFirstOrThrow();
  await effect.record('token.issued', { token: id, holder });
  return `seedlot_${id.replaceAll('-', '')}_${secret}`;
}

/** The caller whose living token this attacker-controlled text is, or null. */
export async function callerOf({ sql: database }: Reader, text: string): Promise<Caller | null> {
  const [, id, secret] = SHAPE.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  const row = await database
    .selectFrom('access_tokens')
    .innerJoin('actors', 'actors.id', 'access_tokens.actor_id')
    .where('access_tokens.id', '=', id)
    .where('revoked_at', 'is', null)
    .select([
      'actors.id as actor',
      'kind',
      'role',
      'factory_id as factory',
      'customer_id as customer',
      'secret_hash',
      'used_at',
    ])
    .executeTakeFirst();
  if (row === undefined || !timingSafeEqual(row.secret_hash, hash(secret))) return null;
  if (row.used_at === null) await noteFirstUse(database, id);
  const { secret_hash: _, used_at: __, kind, ...caller } = row;
  return kind === 'service' ? null : { ...caller, kind };
}

async function noteFirstUse(database: Reader['sql'], id: string): Promise<void> {
  await database
    .updateTable('access_tokens')
    .set({ used_at: sql`now()` })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .execute();
}

/** The secret has 256 random bits, so one plain hash hides it: there is nothing to guess. */
function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
