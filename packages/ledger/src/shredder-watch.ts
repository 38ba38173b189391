import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { readShredder } from './status-retention.ts';

/** Once a day, and at the first look, the shredder puts on record that it runs and what waits for it. */
export async function keepWatch(effect: Effect): Promise<void> {
  const { rows } = await sql`
    insert into shredder_watch (singleton) values (true)
    on conflict (singleton) do update set recorded_at = now()
      where shredder_watch.recorded_at < now() - interval '1 day'
    returning recorded_at`.execute(effect.sql);
  if (rows.length === 0) return;
  const { overdueSince } = await readShredder(effect);
  const { rows: open } = await sql<{ due: number }>`select count(*)::int as due from shreds
    where completed_at is null and abandoned_at is null`.execute(effect.sql);
  await effect.record('shredder.alive', { due: open[0]?.due ?? 0, late: overdueSince !== null });
}
