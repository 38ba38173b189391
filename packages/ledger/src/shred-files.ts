import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import type { Shred } from './shreds.ts';

/**
 * Drops every stored file that a shred names or that holds one of its serials, and closes the attempts that would make
 * another: their keys' ids, for the rotation of this same transaction to erase. Asked only when the rotation of the seeds
 * ring has committed, so that no file can be made from an older frontier any more. The caller holds the files ring's lock
 * exclusively.
 */
export async function dropFiles(effect: Effect, shred: Shred): Promise<string[]> {
  await chooseFiles(effect, shred.id);
  const keys = [
    ...(await dropChosen(effect, shred.id, 'files')),
    ...(await dropChosen(effect, shred.id, 'reports')),
  ];
  await closeAttempts(effect, shred.id);
  await sql`update shreds set files_dropped_at = now() where id = ${shred.id}`.execute(effect.sql);
  return keys;
}

/** A factory file holds all that lived when it was made: it goes unless it was made from the frontier as it is now. */
async function chooseFiles(effect: Effect, shred: string): Promise<void> {
  await sql`insert into shred_files (shred_id, attempt_id, key_id, file_id)
    select ${shred}, attempt_id, key_id, id from files where dropped_at is null and (
      kind = 'factory' and exists (select from shred_serials where shred_id = ${shred} and lot_id = files.lot_id)
        and not exists (select from seeds_ring.lot_keys k
          where k.lot_id = files.lot_id and k.frontier_version = files.frontier_version)
      or kind = 'export' and delivery_id in (${deliveriesOf(shred)}))
    on conflict do nothing`.execute(effect.sql);
}

/** Deliveries that any of the shred's serials was ever assigned to. */
function deliveriesOf(shred: string) {
  return sql`select d.delivery_id from shred_serials s join delivery_serials d
    on d.lot_id = s.lot_id and d.space_id = s.space_id and d.numbers && s.numbers where s.shred_id = ${shred}`;
}

async function dropChosen(effect: Effect, shred: string, table: 'files' | 'reports'): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    update ${sql.table(table)} t set dropped_at = ${effect.at} from shred_files c
    where c.shred_id = ${shred} and c.${sql.ref(table === 'files' ? 'file_id' : 'report_id')} = t.id
      and t.dropped_at is null returning t.key_id as key`.execute(effect.sql);
  return rows.map(row => row.key);
}

async function closeAttempts(effect: Effect, shred: string): Promise<void> {
  await sql`update file_attempts set state = 'closed'
    where id in (select attempt_id from shred_files where shred_id = ${shred})
      or state = 'open' and (
        kind = 'factory' and lot_id in (select lot_id from shred_serials where shred_id = ${shred})
        or kind = 'export' and delivery_id in (${deliveriesOf(shred)}))`.execute(effect.sql);
}
