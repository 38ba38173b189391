import { printSerial, type SerialSpace, type ShredReason } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Reader } from './effect.ts';
import { type Listing, listing } from './status-due.ts';

/** Days before a cap at which people are told: the first to look around, the last to act. */
const WARNING_DAYS = [30, 14, 3] as const;

/** Runs of serials that one item names. */
const RUNS_SHOWN = 10;

/** Seeds that their terms end soon, with nobody having asked for it. */
export interface CapAhead {
  readonly reason: Extract<ShredReason, 'stock_cap' | 'export_cap'>;
  readonly lot: string | null;
  readonly delivery: string | null;
  readonly quantity: number;
  readonly serials: readonly (readonly [string, string])[];
  readonly dueAt: Date;
  /** The nearest of 30, 14 and 3 days that are left at most. */
  readonly withinDays: (typeof WARNING_DAYS)[number];
}

/** Seeds that no term ends, older than a year. */
export interface TermlessLot {
  readonly lot: string;
  readonly quantity: number;
  readonly since: Date;
}

interface Run extends SerialSpace {
  readonly first: string;
  readonly last: string;
}

/** Caps that come within a month, the nearest first. Held and extended seeds count as their holds and extensions say. */
export async function capsAhead(reader: Reader): Promise<Listing<CapAhead>> {
  const { total, items } = await listing(
    reader,
    sql<Omit<CapAhead, 'serials'> & { readonly runs: readonly Run[] }>`
      select reason, case when delivery_id is null then lot_id end as lot, delivery_id as delivery, due_at as since,
        due_at as "dueAt", sum(upper(numbers) - lower(numbers))::int as quantity,
        case when due_at <= now() + interval '3 days' then 3 when due_at <= now() + interval '14 days' then 14 else 30 end
          as "withinDays",
        to_jsonb((array_agg(jsonb_build_object('stem', stem, 'digits', digits, 'first', lower(numbers)::text,
          'last', (upper(numbers) - 1)::text) order by numbers))[1:${RUNS_SHOWN}]) as runs
      from serial_clocks join serial_spaces on serial_spaces.id = space_id
      where reason in ('stock_cap', 'export_cap') and due_at > now() and due_at <= now() + interval '30 days'
      group by reason, case when delivery_id is null then lot_id end, delivery_id, due_at`,
  );
  return { total, items: items.map(({ runs, ...item }) => ({ ...item, serials: runs.map(printed) })) };
}

/** Lots whose living seeds nothing ends, a year and more after they were sealed. */
export function termlessLots(reader: Reader): Promise<Listing<TermlessLot>> {
  return listing(
    reader,
    sql<TermlessLot>`
      select lots.id as lot, sum(upper(c.numbers) - lower(c.numbers))::int as quantity, sealed_at as since
      from serial_clocks c join lots on lots.id = c.lot_id
      where due_at is null and sealed_at < now() - interval '1 year' group by lots.id, sealed_at`,
  );
}

/** When a shredder looked last; null where none runs. Late: the clock stands still. */
export interface ShredderState {
  readonly seenAt: Date | null;
  readonly late: boolean;
  /** When something fell due that no shred takes: the oldest. */
  readonly overdueSince: Date | null;
}

/** Seconds that anything may be due, or the shredder unseen, before that is an alarm. */
const LATE_SECONDS = 3600;

export async function readShredder({ sql: db }: Reader): Promise<ShredderState> {
  const { rows } = await sql<ShredderState>`
    select "seenAt", "overdueSince",
      coalesce("seenAt" < now() - interval '60 seconds', true)
        or coalesce("overdueSince" < now() - ${LATE_SECONDS} * interval '1 second', false) as late
    from (select
      (select max(seen_at) from workers where service = 'shredder') as "seenAt",
      (select min(due_at) from serial_clocks c where due_at <= now()
        and not exists (select from held_serials h where h.space_id = c.space_id and h.numbers && c.numbers))
        as "overdueSince") state`.execute(db);
  return rows[0] ?? { seenAt: null, late: true, overdueSince: null };
}

function printed({ first, last, ...space }: Run): readonly [string, string] {
  return [printSerial(space, BigInt(first)), printSerial(space, BigInt(last))];
}
