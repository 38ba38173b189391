import { sql } from 'kysely';
import type { Reader } from './effect.ts';
import { isOverdue } from './status-due.ts';
import { isWorkerLate, type Worker } from './workers.ts';

export interface WorkerView extends Worker {
  readonly startedAt: Date;
  readonly seenAt: Date;
  /** It was not seen for a while: it has died, or its database did not answer it. */
  readonly late: boolean;
}

/** How far the log has come. Numbers are null before the first record. */
export interface NotaryState {
  readonly lastNumbered: number | null;
  readonly lastPublished: number | null;
  /** Records that are written and not published yet. */
  readonly waiting: number;
  /** When the oldest of them was written. */
  readonly since: Date | null;
  readonly late: boolean;
}

export async function readWorkers({ sql: db }: Reader): Promise<WorkerView[]> {
  const { rows } = await sql<WorkerView>`
    select service, holder, started_at as "startedAt", seen_at as "seenAt", ${isWorkerLate} as late
    from workers order by service, holder`.execute(db);
  return rows;
}

export async function readNotary({ sql: db }: Reader): Promise<NotaryState> {
  const { rows } = await sql<NotaryState>`
    select "lastNumbered", "lastPublished", waiting, since, coalesce(${isOverdue(sql`since`)}, false) as late
    from (select
      (select max(number)::float8 from records) as "lastNumbered",
      (select number::float8 from records where published_at is not null order by number desc limit 1)
        as "lastPublished",
      (select count(*)::int from records where published_at is null) as waiting,
      (select min((convert_from(line, 'UTF8')::jsonb ->> 'at')::timestamptz) from records where published_at is null)
        as since) counted`.execute(db);
  const [state] = rows;
  if (state === undefined) throw new RangeError('an aggregate has one row');
  return state;
}
