import type { World } from './world.ts';

/** Half a minute passes: whoever holds a lease, a run or an attempt is overdue, and every back-off is over. */
export async function letLeasesEnd({ database }: World): Promise<void> {
  const past = `now() - interval '1 second'`;
  await database.pool.query(`update leases set ends_at = least(ends_at, ${past})`);
  await database.pool.query(`update generation_runs set lease_ends_at = least(lease_ends_at, ${past})
    where lease_ends_at is not null`);
  await database.pool.query(`update file_attempts set lease_ends_at = least(lease_ends_at, ${past})`);
  await database.pool.query(`update failures set retry_at = least(retry_at, ${past})`);
}
