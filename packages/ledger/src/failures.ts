import { type RawBuilder, sql } from 'kysely';
import type { Effect, Reader } from './effect.ts';
import { wantsFactoryFile } from './factory-file-due.ts';

/** Longest wait between two attempts of a failing step. */
const LONGEST_WAIT_SECONDS = 300;

/** The steps whose failures are remembered, each for one subject, mostly a lot. */
export type Step = 'generate' | 'dispatch' | 'report' | 'export' | 'publish' | 'shred';

/** Whether a step's subject still waits for it. */
const WAITING: Readonly<Record<Step, (subject: string) => RawBuilder<boolean>>> = {
  generate: lot => sql`exists (select from lots where id = ${lot} and state in ('ordered', 'generating'))`,
  dispatch: lot => sql`exists (select from lots where id = ${lot} and ${wantsFactoryFile})`,
  report: report => sql`exists (select from reports where id = ${report} and state = 'received')`,
  export: delivery => sql`exists (select from deliveries where id = ${delivery} and state <> 'cancelled'
    and not exists (select from files where delivery_id = ${delivery} and request = exports_wanted))`,
  publish: () => sql`true`,
  shred: () => sql`(exists (select from shreds where completed_at is null and abandoned_at is null)
    or exists (select from lots join serial_states on lot_id = lots.id where state = 'cancelled' and seed = 'living'))`,
};

/**
 * Remembers that a step failed; the next attempt is due after 2, 4, 8 … seconds, 300 at most. A step that is not
 * waited for any more leaves nothing: it may have failed at the news of its own success.
 */
export async function recordFailure(
  effect: Effect,
  step: Step,
  subject: string,
  code: string,
): Promise<void> {
  await sql`
    insert into failures as f (step, subject, attempts, code, retry_at)
    select ${step}, ${subject}, 1, ${code}, now() + interval '2 seconds' where ${WAITING[step](subject)}
    on conflict (step, subject) do update set
      attempts = f.attempts + 1, code = excluded.code, failed_at = now(),
      retry_at = now() + least(${LONGEST_WAIT_SECONDS}, power(2, least(f.attempts + 1, 16))) * interval '1 second'
    `.execute(effect.sql);
}

/** Whether a step of this subject failed and waits for its next attempt. */
export async function isBackingOff({ sql: db }: Reader, step: Step, subject: string): Promise<boolean> {
  const { rows } = await sql`select from failures
    where step = ${step} and subject = ${subject} and retry_at > now()`.execute(db);
  return rows.length > 0;
}

export async function forgetFailures(effect: Effect, step: Step, subject: string): Promise<void> {
  await effect.sql.deleteFrom('failures').where('step', '=', step).where('subject', '=', subject).execute();
}
