import { DomainError, type Role } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { nextNumber, printId } from './ids.ts';
import { issueToken } from './tokens.ts';

/** Adds a member of staff. The id is what records name; the name stays in the actors' table. Throws `already_exists`. */
export async function addStaff(
  effect: Effect,
  { name, role }: { name: string; role: Role },
): Promise<{ staff: string; token: string }> {
  const staff = printId('staff', await nextNumber(effect, 'staff_numbers'));
  const added = await effect.sql
    .insertInto('actors')
    .values({ id: staff, kind: 'staff', name, role })
    .onConflict(conflict => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (added === undefined) throw new DomainError('already_exists', `A member of staff has the name ${name}`);
  await effect.record('staff.added', { staff, role });
  return { staff, token: await issueToken(effect, staff) };
}

/**
 * At the first start one admin, without whom nobody could enter. Until somebody has entered with its token, every
 * start revokes that one and issues another: a token whose printing a crash prevented is not the last. Null later.
 */
export async function addFirstAdmin(effect: Effect): Promise<{ staff: string; token: string } | null> {
  await sql`select pg_advisory_xact_lock(hashtext('seedlot first admin'))`.execute(effect.sql);
  const staff = await effect.sql
    .selectFrom('actors')
    .select('id')
    .where('kind', '=', 'staff')
    .limit(2)
    .execute();
  const [first, second] = staff;
  if (first === undefined) return addStaff(effect, { name: 'admin', role: 'admin' });
  if (second !== undefined || (await hasEntered(effect, first.id))) return null;
  await effect.sql
    .updateTable('access_tokens')
    .set({ revoked_at: effect.at })
    .where('actor_id', '=', first.id)
    .where('revoked_at', 'is', null)
    .execute();
  return { staff: first.id, token: await issueToken(effect, first.id) };
}

async function hasEntered(effect: Effect, staff: string): Promise<boolean> {
  const used = await effect.sql
    .selectFrom('access_tokens')
    .select('id')
    .where('actor_id', '=', staff)
    .where('used_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return used !== undefined;
}
