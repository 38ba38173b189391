import { DomainError, printSerials, type Range, subtract } from '@seedlot/domain';
import { sql } from 'kysely';
import type { AboutSerials, Effect } from './effect.ts';
import { LedgerError } from './errors.ts';
import { lockHolds } from './hold-guard.ts';
import { type HoldView, type LateSerials, lateSerials, showHold } from './hold-views.ts';
import { nextNumber, printId } from './ids.ts';
import { type PrintedRun, readPrintedRuns } from './printed-runs.ts';
import { recordRanges } from './range-records.ts';
import { int8range, multirange, type Serials } from './serial-states.ts';

/** Hours after which a hold that no second person has confirmed lapses. */
export const HOLD_LAPSES_AFTER_HOURS = 72;

/** What a hold is on; on a customer it is on everything that is ever assigned to it. */
export type HoldTarget =
  | { readonly lot: string }
  | { readonly delivery: string }
  | { readonly customer: string }
  | { readonly serials: readonly PrintedRun[] };

export interface HoldRequest {
  readonly on: HoldTarget;
  readonly reason: string;
  /** The last day of the hold, in UTC: `2027-01-31`. */
  readonly until: string;
}

/** A hold, and the serials that it came too late for. */
export interface SetHold extends HoldView {
  readonly late: LateSerials;
}

/**
 * Sets a hold, in force at once. Throws `unknown_lot`, `unknown_delivery`, `unknown_customer`, `unknown_serial` naming every
 * run that no order has reserved, `serial_malformed`, and `invalid_input` for a day that is over.
 */
export async function setHold(effect: Effect, { on, reason, until }: HoldRequest): Promise<SetHold> {
  await lockHolds(effect, 'exclusive');
  const serials = 'serials' in on ? await readPrintedRuns(effect, on.serials) : [];
  await assertTarget(effect, on, serials);
  const hold = printId('hold', await nextNumber(effect, 'hold_numbers'));
  const times = await insertHold(effect, hold, { on, reason, until });
  const { serials: _, ...target } = { serials: [], ...on };
  await effect.record('hold.set', { hold, ...target, reason, ...times });
  await insertSerials(effect, hold, serials);
  return { ...(await showHold(effect, hold)), late: await lateSerials(effect, hold) };
}

/**
 * A second person confirms a hold: it lasts until its end. Throws `unknown_hold`, `hold_by_setter`, `hold_confirmed`, and
 * `hold_ended` for one that has lapsed, ended or been lifted.
 */
export async function confirmHold(effect: Effect, id: string): Promise<HoldView> {
  const { setBy, state } = await lockHold(effect, id);
  if (state === 'confirmed') throw new LedgerError('hold_confirmed', `${id} is confirmed`);
  if (state !== 'set') throw new LedgerError('hold_ended', `${id} is ${state}`);
  if (setBy === effect.actor) {
    throw new LedgerError('hold_by_setter', `Who has set ${id} cannot confirm it; another person must`);
  }
  await effect.sql
    .updateTable('holds')
    .set({ confirmed_by: effect.actor, confirmed_at: effect.at })
    .where('id', '=', id)
    .execute();
  await record(effect, 'hold.confirmed', id);
  return showHold(effect, id);
}

/** Lifts an active hold; two persons have agreed by then. Throws `unknown_hold`, `hold_ended`. */
export async function liftHold(effect: Effect, id: string): Promise<void> {
  const { state } = await lockHold(effect, id);
  if (state !== 'set' && state !== 'confirmed') throw new LedgerError('hold_ended', `${id} is ${state}`);
  await effect.sql.updateTable('holds').set({ lifted_at: effect.at }).where('id', '=', id).execute();
  await record(effect, 'hold.lifted', id);
  effect.knockAfter({ job: 'shred' });
}

async function lockHold(effect: Effect, id: string): Promise<HoldView> {
  await lockHolds(effect, 'exclusive');
  return showHold(effect, id);
}

async function assertTarget(effect: Effect, on: HoldTarget, serials: readonly Serials[]): Promise<void> {
  const { rows } = await sql<{ lot: boolean; delivery: boolean; customer: boolean }>`
    select exists (select from lots where id = ${'lot' in on ? on.lot : null}) as lot,
      exists (select from deliveries where id = ${'delivery' in on ? on.delivery : null}) as delivery,
      exists (select from customers where id = ${'customer' in on ? on.customer : null}) as customer`.execute(
    effect.sql,
  );
  const [found] = rows;
  if ('lot' in on && !found?.lot) throw new DomainError('unknown_lot', `There is no lot ${on.lot}`);
  if ('delivery' in on && !found?.delivery) {
    throw new DomainError('unknown_delivery', `There is no delivery ${on.delivery}`);
  }
  if ('customer' in on && !found?.customer) {
    throw new DomainError('unknown_customer', `There is no customer ${on.customer}`);
  }
  await assertReserved(effect, serials);
}

async function assertReserved(effect: Effect, serials: readonly Serials[]): Promise<void> {
  const unknown: string[] = [];
  for (const { space, ranges } of serials) {
    const { rows } = await sql<Range>`
      select lower(numbers) as first, upper(numbers) as after from lots
      where space_id = ${space.id} and numbers && ${multirange(ranges)}::int8multirange`.execute(effect.sql);
    unknown.push(...subtract(ranges, rows).map(range => printSerials(space, range)));
  }
  if (unknown.length === 0) return;
  throw new DomainError('unknown_serial', `No order has reserved ${unknown.join(', ')}`);
}

async function insertHold(
  effect: Effect,
  id: string,
  { on, reason, until }: HoldRequest,
): Promise<{ endsAt: string; lapsesAt: string }> {
  const { rows } = await sql<{ ends: Date; lapses: Date; isOver: boolean }>`
    select ends, ends <= now() as "isOver", now() + make_interval(hours => ${HOLD_LAPSES_AFTER_HOURS}) as lapses
    from (select (${until}::date + 1)::timestamp at time zone 'UTC' as ends) given`.execute(effect.sql);
  const [times] = rows;
  if (times === undefined || times.isOver) {
    throw new DomainError('invalid_input', `/until: ${until} is over`);
  }
  await effect.sql
    .insertInto('holds')
    .values({
      id,
      lot_id: 'lot' in on ? on.lot : null,
      delivery_id: 'delivery' in on ? on.delivery : null,
      customer_id: 'customer' in on ? on.customer : null,
      reason,
      ends_at: times.ends,
      lapses_at: times.lapses,
      set_by: effect.actor,
    })
    .execute();
  return { endsAt: times.ends.toISOString(), lapsesAt: times.lapses.toISOString() };
}

async function insertSerials(effect: Effect, hold: string, serials: readonly Serials[]): Promise<void> {
  for (const some of serials) {
    await sql`insert into hold_serials (hold_id, space_id, numbers)
      select ${hold}, ${some.space.id}, unnest(${some.ranges.map(int8range)}::int8range[])`.execute(
      effect.sql,
    );
    await recordRanges(effect, some, (printed, write) => write('hold.serials', { hold, serials: printed }));
  }
}

/** The record of a hold on serials names each space's in a record of its own, so that each one's life tells of it. */
async function record(effect: Effect, type: 'hold.confirmed' | 'hold.lifted', hold: string): Promise<void> {
  const { lot, delivery } = await showHold(effect, hold);
  const fields = { hold, ...(lot !== null && { lot }), ...(delivery !== null && { delivery }) };
  for (const about of await serialsNamed(effect, hold)) await effect.record(type, fields, about);
}

async function serialsNamed(effect: Effect, hold: string): Promise<(AboutSerials | undefined)[]> {
  const { rows } = await sql<{ space: number } & Range>`
    select space_id as space, lower(numbers) as first, upper(numbers) as after from hold_serials
    where hold_id = ${hold} order by space_id, numbers`.execute(effect.sql);
  if (rows.length === 0) return [undefined];
  return [...Map.groupBy(rows, row => row.space)].map(([space, ranges]) => ({ space, ranges }));
}
