import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { type PrintedRun, readPrintedRuns } from './printed-runs.ts';
import { int8range } from './serial-states.ts';

interface PastHold {
  readonly hold: string;
  readonly lot?: string | undefined;
  readonly delivery?: string | undefined;
  readonly customer?: string | undefined;
  readonly reason: string;
  readonly endsAt: string;
  readonly lapsesAt: string;
}

/** A hold that was set is in force again, for as long as it was to be. */
export async function putHold(
  effect: Effect,
  { hold, lot, delivery, customer, reason, endsAt, lapsesAt }: PastHold,
  { actor, at }: { actor: string; at: Date },
): Promise<void> {
  await effect.sql
    .insertInto('holds')
    .values({
      id: hold,
      lot_id: lot ?? null,
      delivery_id: delivery ?? null,
      customer_id: customer ?? null,
      reason,
      ends_at: new Date(endsAt),
      set_by: actor,
      set_at: at,
      lapses_at: new Date(lapsesAt),
    })
    .execute();
}

export async function putHoldSerials(
  effect: Effect,
  hold: string,
  runs: readonly PrintedRun[],
): Promise<void> {
  for (const { space, ranges } of await readPrintedRuns(effect, runs)) {
    await sql`insert into hold_serials (hold_id, space_id, numbers)
      select ${hold}, ${space.id}, unnest(${ranges.map(int8range)}::int8range[])`.execute(effect.sql);
  }
}

export async function confirmAgain(
  effect: Effect,
  hold: string,
  { actor, at }: { actor: string; at: Date },
): Promise<void> {
  await effect.sql
    .updateTable('holds')
    .set({ confirmed_by: actor, confirmed_at: at })
    .where('id', '=', hold)
    .execute();
}

export async function liftAgain(effect: Effect, hold: string, at: Date): Promise<void> {
  await effect.sql.updateTable('holds').set({ lifted_at: at }).where('id', '=', hold).execute();
}
