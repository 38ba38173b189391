import { DomainError, type HoldState, printSerial, type SerialSpace } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Reader } from './effect.ts';
import { type PageOf, type PageRequest, pageOf } from './page-of.ts';

/** Runs of serials that a view names at most. */
const RUNS_SHOWN = 100;

type PrintedRun = { readonly first: string; readonly last: string };

/** A legal hold. It is in force while its state is `set` or `confirmed`. */
export interface HoldView {
  readonly hold: string;
  readonly state: HoldState;
  readonly lot: string | null;
  readonly delivery: string | null;
  readonly customer: string | null;
  /** The first runs of a hold on serials. */
  readonly serials: readonly PrintedRun[];
  readonly reason: string;
  readonly setBy: string;
  readonly setAt: Date;
  readonly endsAt: Date;
  readonly lapsesAt: Date;
  readonly confirmedBy: string | null;
  readonly confirmedAt: Date | null;
  readonly liftedAt: Date | null;
}

/** Serials whose seeds were shredded, or were being shredded, before a hold was set. */
export interface LateSerials {
  readonly quantity: number;
  /** The first runs of them. */
  readonly serials: readonly PrintedRun[];
}

type Run = SerialSpace & { readonly first: string; readonly last: string };

type HoldRow = Omit<HoldView, 'serials'> & { readonly runs: readonly Run[] };

const holdRow = sql<HoldRow>`
  select holds.id as hold,
    case when lifted_at is not null then 'lifted'
      when ends_at <= now() then 'ended'
      when confirmed_at is not null then 'confirmed'
      when lapses_at <= now() then 'lapsed' else 'set' end as state,
    lot_id as lot, delivery_id as delivery, customer_id as customer,
    (select coalesce(jsonb_agg(run), '[]') from (
      select stem, digits, lower(numbers)::text as first, (upper(numbers) - 1)::text as last
      from hold_serials join serial_spaces on serial_spaces.id = space_id
      where hold_id = holds.id order by space_id, numbers limit ${RUNS_SHOWN}) as run) as runs,
    reason, set_by as "setBy", set_at as "setAt", ends_at as "endsAt", lapses_at as "lapsesAt",
    confirmed_by as "confirmedBy", confirmed_at as "confirmedAt", lifted_at as "liftedAt"
  from holds`;

/** Holds, the newest first. */
export async function listHolds({ sql: db }: Reader, page: PageRequest): Promise<PageOf<HoldView>> {
  const { rows } = await sql<HoldRow>`${holdRow}
    where ${page.after}::text is null
      or (length(holds.id), holds.id) < (length(${page.after}::text), ${page.after}::text)
    order by length(holds.id) desc, holds.id desc limit ${page.limit + 1}`.execute(db);
  return pageOf(rows.map(viewOf), page.limit, view => view.hold);
}

/** Throws `unknown_hold`. */
export async function showHold({ sql: db }: Reader, id: string): Promise<HoldView> {
  const { rows } = await sql<HoldRow>`${holdRow} where holds.id = ${id}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new DomainError('unknown_hold', `There is no hold ${id}`);
  return viewOf(row);
}

/** Serials of an active hold whose seeds are shredded or being shredded. */
export async function lateSerials({ sql: db }: Reader, id: string): Promise<LateSerials> {
  const { rows } = await sql<{ quantity: number; runs: readonly Run[] }>`
    with late as (
      select s.space_id, unnest(range_agg(h.numbers * s.numbers)) as part
      from held_serials h join serial_states s on s.space_id = h.space_id and s.numbers && h.numbers
      where hold_id = ${id} and seed in ('shredding', 'shredded') group by s.space_id)
    select (select coalesce(sum(upper(part) - lower(part)), 0)::int from late) as quantity,
      (select coalesce(jsonb_agg(run), '[]') from (
        select stem, digits, lower(part)::text as first, (upper(part) - 1)::text as last
        from late join serial_spaces on serial_spaces.id = space_id
        order by space_id, part limit ${RUNS_SHOWN}) as run) as runs`.execute(db);
  const [row] = rows;
  return { quantity: row?.quantity ?? 0, serials: (row?.runs ?? []).map(printed) };
}

function viewOf({ runs, ...row }: HoldRow): HoldView {
  return { ...row, serials: runs.map(printed) };
}

function printed({ first, last, ...space }: Run): PrintedRun {
  return { first: printSerial(space, BigInt(first)), last: printSerial(space, BigInt(last)) };
}
