import { type RawBuilder, sql } from 'kysely';
import type { Effect } from './effect.ts';

/** A running worker of a service: one stage in one process. */
export interface Worker {
  readonly service: string;
  /** Names its process, as in leases. */
  readonly holder: string;
}

/** Seconds that a beat is good for: a sweep comes more often than that, and need not write each time. */
const BEAT_SECONDS = 5;

/** Longer than the pause between two sweeps of a busy worker. */
const LATE_SECONDS = 60;

/** Whether a worker has not been seen for longer than one that runs ever is. */
export const isWorkerLate: RawBuilder<boolean> = sql`seen_at < now() - ${LATE_SECONDS} * interval '1 second'`;

/** A worker starts. One that has taken a dead one's name takes its row, too. */
export async function enterWorker(effect: Effect, { service, holder }: Worker): Promise<void> {
  await sql`insert into workers (service, holder) values (${service}, ${holder})
    on conflict (service, holder) do update set started_at = now(), seen_at = now()`.execute(effect.sql);
}

/** A worker is still there; rows of those that were not seen for a day are forgotten. */
export async function beat(effect: Effect, { service, holder }: Worker): Promise<void> {
  await sql`
    with seen as (
      update workers set seen_at = now() where service = ${service} and holder = ${holder}
        and seen_at < now() - ${BEAT_SECONDS} * interval '1 second'),
    forgotten as (delete from workers where seen_at < now() - interval '1 day'
        and (service, holder) <> (${service}, ${holder}))
    insert into workers (service, holder) select ${service}, ${holder}
    where not exists (select from workers where service = ${service} and holder = ${holder})
    on conflict do nothing`.execute(effect.sql);
}

/** A worker has stopped as it should: nobody waits for it. */
export async function leaveWorker(effect: Effect, { service, holder }: Worker): Promise<void> {
  await sql`delete from workers where service = ${service} and holder = ${holder}`.execute(effect.sql);
}
