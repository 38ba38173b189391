import type { ShredReason } from '@seedlot/domain';
import { type RawBuilder, sql } from 'kysely';
import type { Reader } from './effect.ts';
import { wantsExport } from './export-order.ts';
import { wantsFactoryFile } from './factory-file-due.ts';

/** The oldest of many things, and how many there are. */
export interface Listing<Item> {
  readonly total: number;
  readonly items: readonly Item[];
}

/** A step that a service has to take. */
export interface DueStep {
  readonly step: string;
  /** A lot, report, delivery or shred; `records` of the notary's. */
  readonly subject: string;
  readonly since: Date;
  /** Whether somebody holds it just now. */
  readonly underway: boolean;
  /** Failing, or due for longer than a worker that runs lets anything lie. */
  readonly late: boolean;
  readonly failure: {
    readonly code: string;
    readonly attempts: number;
    readonly failedAt: string;
    readonly retryAt: string;
  } | null;
}

export interface OpenShred {
  readonly shred: string;
  /** Set where it takes a lot whole. */
  readonly lot: string | null;
  readonly reason: ShredReason;
  /** What it does next. */
  readonly step: 'intent' | 'rotation' | 'mirror' | 'destruction' | 'completion';
  readonly since: Date;
  readonly late: boolean;
}

/** Items of one list that are told; of more than these, only the number. */
const LIST_LIMIT = 50;

/** Seconds that anything may be due before it is late: many sweeps. */
const LATE_SECONDS = 60;

/** The oldest rows of `query`, which has the column `since`. */
export async function listing<Item>({ sql: db }: Reader, query: RawBuilder<Item>): Promise<Listing<Item>> {
  const { rows } = await sql<Item & { total: number }>`
    select *, count(*) over ()::int as total from (${query}) listed order by since, 1, 2 limit ${LIST_LIMIT}`.execute(
    db,
  );
  const items = rows.map(({ total: _, ...item }) => item as unknown as Item);
  return { total: rows[0]?.total ?? 0, items };
}

/** What has waited since then for longer than it should. */
export function isOverdue(since: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`${since} < now() - ${LATE_SECONDS} * interval '1 second'`;
}

const attempted = sql`exists (select from file_attempts a where a.state = 'open'
  and a.lease_ends_at > clock_timestamp() and`;

/** Every step that is due by state, as the sweeps of the services see it; those that back off are among them. */
const due = sql`
  select 'generate' as step, lots.id as subject, placed_at as since,
    exists (select from generation_runs r
      where r.lot_id = lots.id and done_at is null and lease_ends_at > clock_timestamp()) as underway
  from lots join orders on orders.id = order_id where state in ('ordered', 'generating')
  union all
  select 'dispatch', id, sealed_at, ${attempted} a.kind = 'factory' and a.lot_id = lots.id)
  from lots where ${wantsFactoryFile}
  union all
  select 'report', id, received_at,
    exists (select from leases where leases.lots @> array[reports.lot_id] and ends_at > clock_timestamp())
  from reports where state = 'received'
  union all
  select 'export', id, coalesce((select max((convert_from(line, 'UTF8')::jsonb ->> 'at')::timestamptz)
      from records where delivery_id = deliveries.id and type = 'export.requested'), created_at),
    ${attempted} a.delivery_id = deliveries.id)
  from deliveries where ${wantsExport}
  union all
  select 'shred', id, cancelled_at, false from lots where state = 'cancelled'
    and not exists (select from shreds where lot_id = lots.id and completed_at is null and abandoned_at is null)
    and exists (select from serial_states where lot_id = lots.id and seed in ('living', 'shredding'))`;

/** What is due, and what fails though no state tells that it is due: the notary's work, and steps of shreds. */
export function dueSteps(reader: Reader): Promise<Listing<DueStep>> {
  const since = sql`coalesce(since, failed_at)`;
  return listing(
    reader,
    sql<DueStep>`
      select coalesce(due.step, f.step) as step, coalesce(due.subject, f.subject) as subject, ${since} as since,
        coalesce(underway, false) as underway,
        f.step is not null or (not underway and ${isOverdue(since)}) as late,
        case when f.step is not null then jsonb_build_object('code', code, 'attempts', attempts,
          'failedAt', failed_at, 'retryAt', retry_at) end as failure
      from (${due}) due full join failures f on f.step = due.step and f.subject = due.subject`,
  );
}

/** Shreds that are asked for and neither complete nor given up. */
export function openShredSteps(reader: Reader): Promise<Listing<OpenShred>> {
  return listing(
    reader,
    sql<OpenShred>`
      select id as shred, lot_id as lot, reason,
        case when intended_at is null then 'intent' when files_dropped_at is null then 'rotation'
          when mirrored_at is null then 'mirror' when roots_destroyed_at is null then 'destruction'
          else 'completion' end as step,
        requested_at as since, ${isOverdue(sql`requested_at`)} as late
      from shreds where completed_at is null and abandoned_at is null`,
  );
}
