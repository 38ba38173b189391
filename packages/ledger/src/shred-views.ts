import { DomainError, printSerial, type ShredReason, type ShredState } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Reader } from './effect.ts';
import { type PageOf, type PageRequest, pageOf } from './page-of.ts';
import type { RootChange } from './shreds.ts';

/** Runs of serials that a view names at most; `quantity` counts all. */
const RUNS_SHOWN = 100;

export interface ShredView {
  readonly shred: string;
  readonly reason: ShredReason;
  readonly state: ShredState;
  /** The lot that it takes whole. */
  readonly lot: string | null;
  readonly quantity: number;
  /** The first runs of the serials that it takes. */
  readonly serials: readonly { readonly first: string; readonly last: string }[];
  readonly requestedBy: string | null;
  readonly requestedAt: Date;
  readonly intendedAt: Date | null;
  /** The roots that it ended and began; null where it has not, or needs none. */
  readonly seedsRoot: RootChange | null;
  readonly filesRoot: RootChange | null;
  /** Files whose keys it erases, production reports' among them. */
  readonly filesDropped: readonly string[];
  readonly mirroredAt: Date | null;
  readonly rootsDestroyedAt: Date | null;
  readonly completedAt: Date | null;
  readonly abandonedAt: Date | null;
}

interface Run {
  readonly stem: string;
  readonly digits: number;
  readonly first: string;
  readonly last: string;
}

type ShredRow = Omit<ShredView, 'serials'> & { readonly runs: readonly Run[] };

const shredRow = sql<ShredRow>`
  select shreds.id as shred, reason,
    case when abandoned_at is not null then 'abandoned'
      when completed_at is not null then 'completed'
      when roots_destroyed_at is not null then 'roots_destroyed'
      when mirrored_at is not null then 'mirrored'
      when files_dropped_at is not null then 'keys_erased'
      when intended_at is not null then 'intended' else 'requested' end as state,
    lot_id as lot,
    (select coalesce(sum(upper(numbers) - lower(numbers)), 0)::int from shred_serials
      where shred_id = shreds.id) as quantity,
    (select coalesce(jsonb_agg(run), '[]') from (
      select stem, digits, lower(numbers)::text as first, (upper(numbers) - 1)::text as last
      from shred_serials join serial_spaces on serial_spaces.id = space_id
      where shred_id = shreds.id order by numbers limit ${RUNS_SHOWN}) as run) as runs,
    requested_by as "requestedBy", requested_at as "requestedAt", intended_at as "intendedAt",
    case when seeds_root_to is not null then jsonb_build_object('from', seeds_root_from, 'to', seeds_root_to) end
      as "seedsRoot",
    case when files_root_to is not null then jsonb_build_object('from', files_root_from, 'to', files_root_to) end
      as "filesRoot",
    array(select coalesce(file_id, report_id) from shred_files where shred_id = shreds.id order by 1) as "filesDropped",
    mirrored_at as "mirroredAt", roots_destroyed_at as "rootsDestroyedAt", completed_at as "completedAt",
    abandoned_at as "abandonedAt"
  from shreds`;

/** Shreds, the newest first. */
export async function listShreds({ sql: db }: Reader, page: PageRequest): Promise<PageOf<ShredView>> {
  const { rows } = await sql<ShredRow>`${shredRow}
    where ${page.after}::text is null
      or (length(shreds.id), shreds.id) < (length(${page.after}::text), ${page.after}::text)
    order by length(shreds.id) desc, shreds.id desc limit ${page.limit + 1}`.execute(db);
  return pageOf(rows.map(viewOf), page.limit, view => view.shred);
}

/** Throws `unknown_shred`. */
export async function showShred({ sql: db }: Reader, id: string): Promise<ShredView> {
  const { rows } = await sql<ShredRow>`${shredRow} where shreds.id = ${id}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new DomainError('unknown_shred', `There is no shred ${id}`);
  return viewOf(row);
}

function viewOf({ runs, ...row }: ShredRow): ShredView {
  const serials = runs.map(({ first, last, ...space }) => ({
    first: printSerial(space, BigInt(first)),
    last: printSerial(space, BigInt(last)),
  }));
  return { ...row, serials };
}
