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

/** At the first start, and only then, one admin without whom nobody could enter; null once there is staff. */
export async function addFirstAdmin(effect: Effect): Promise<{ staff: string; token: string } | null> {
  await sql`select pg_advisory_xact_lock(hashtext('seedlot first admin'))`.execute(effect.sql);
  const anyone = await effect.sql
    .selectFrom('actors')
    .select('id')
    .where('kind', '=', 'staff')
    .limit(1)
    .executeTakeFirst();
  return anyone === undefined ? addStaff(effect, { name: 'admin', role: 'admin' }) : null;
}
