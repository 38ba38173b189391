import type { Custody, LotState } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect, Reader } from './effect.ts';
import { lockLot, serialsOfLot } from './lots.ts';
import { type PrintedRun, readPrintedRuns } from './printed-runs.ts';
import { putSerials } from './serial-states.ts';

/** Puts a lot into the state that a record tells of; a lost or cancelled one stays what it is. */
export async function putLotState(
  effect: Effect,
  lot: string,
  state: Extract<LotState, 'cancelled' | 'received' | 'produced' | 'closed' | 'lost'>,
  at: Date,
): Promise<void> {
  await sql`update lots set state = ${state}, ${sql.ref(`${state}_at`)} = ${at}
    where id = ${lot} and state not in ('lost', 'cancelled', 'closed')`.execute(effect.sql);
}

/** An earlier request never takes back a later one. */
export async function wantFactoryFile(effect: Effect, lot: string, request: number): Promise<void> {
  await sql`update lots set files_wanted = greatest(files_wanted, ${request}) where id = ${lot}`.execute(
    effect.sql,
  );
}

/** What was scrapped, lost or voided of it stays so. */
export async function putCustodyOfLot(effect: Effect, id: string, custody: Custody): Promise<void> {
  const lot = await lockLot(effect, id);
  const { rows } = await sql<{ first: bigint; after: bigint }>`
    select lower(numbers) as first, upper(numbers) as after from serial_states
    where lot_id = ${id} and custody in ('reserved', 'dispatched', 'burned')`.execute(effect.sql);
  await putSerials(effect, { space: serialsOfLot(lot).space, ranges: rows }, { custody });
}

export async function putCustody(
  effect: Effect,
  runs: readonly PrintedRun[],
  custody: Custody,
): Promise<void> {
  for (const serials of await readPrintedRuns(effect, runs)) await putSerials(effect, serials, { custody });
}

/**
 * Gives up every lot that a published record calls sealed and whose seeds this database cannot have: it lacks that very
 * record, or one of the pages, or the keys. Whatever was handed out of it cannot be made again. Resolves to their ids.
 */
export async function loseUnsealedLots(effect: Effect, sealed: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from lots
    where state not in ('cancelled', 'lost', 'closed') and (
      id = any(${sealed}::text[])
      or state not in ('ordered', 'generating')
        and exists (select from serial_states where lot_id = lots.id and seed = 'living')
        and (not exists (select from seeds_ring.lot_keys where lot_id = lots.id)
          or (select count(*) from seeds_ring.pages where lot_id = lots.id)
            < (select (convert_from(line, 'UTF8')::jsonb ->> 'pages')::int from records
                where lot_id = lots.id and type = 'lot.sealed' limit 1)))
    order by id`.execute(effect.sql);
  for (const { id } of rows) {
    await putLotState(effect, id, 'lost', effect.at);
    await putCustodyOfLot(effect, id, 'lost');
    await effect.record('lot.lost', { lot: id, reason: 'its sealed pages were lost with the database' });
  }
  return rows.map(row => row.id);
}

/** Lots with serials whose seeds the database calls living. */
export async function livingLots(reader: Reader): Promise<string[]> {
  const { rows } = await sql<{ lot: string }>`
    select distinct lot_id as lot from serial_states where seed = 'living' order by lot_id`.execute(
    reader.sql,
  );
  return rows.map(row => row.lot);
}

/** Lots whose keys the database has. */
export async function lotsWithKeys({ sql: db }: Reader): Promise<string[]> {
  const rows = await db.selectFrom('seeds_ring.lot_keys').select('lot_id as lot').orderBy('lot_id').execute();
  return rows.map(row => row.lot);
}

/** What two persons have let live longer does so after a recovery, too. */
export async function extendAgain(
  effect: Effect,
  { lot, delivery, until }: { lot?: string | undefined; delivery?: string | undefined; until: string },
): Promise<void> {
  await sql`insert into retention_extensions (lot_id, delivery_id, until)
    values (${lot ?? null}, ${delivery ?? null}, ${until})`.execute(effect.sql);
}
