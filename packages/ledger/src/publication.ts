import { sql } from 'kysely';
import type { Effect, Reader } from './effect.ts';

/** Records that one batch numbers at most. */
const BATCH = 1000;

/** A numbered record on its way to the object store. */
export interface NumberedRecord {
  readonly number: bigint;
  readonly line: Buffer;
}

/**
 * Gives the next gapless numbers to records that have none, in the order of writing. One transaction is one batch;
 * the lock keeps a second notary from numbering at the same time. Resolves to how many it numbered.
 */
export async function numberRecords(effect: Effect): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext('seedlot notary'))`.execute(effect.sql);
  const { numAffectedRows } = await sql`
    update records set number = given.number
    from (
      select seq, (select coalesce(max(number), -1) from records) + row_number() over (order by seq) as number
      from (select seq from records where number is null order by seq limit ${BATCH}) batch
    ) given
    where records.seq = given.seq`.execute(effect.sql);
  return Number(numAffectedRows ?? 0n);
}

/** Numbered records that are not published, lowest number first. */
export async function unpublishedRecords(reader: Reader): Promise<NumberedRecord[]> {
  const { rows } = await sql<NumberedRecord>`
    select number, line from records where number is not null and published_at is null
    order by number limit ${BATCH}`.execute(reader.sql);
  return rows;
}

/** Marks the records up to and with `number` as published, once their objects stand. */
export async function markPublished(effect: Effect, number: bigint): Promise<void> {
  await sql`update records set published_at = now() where number <= ${number} and published_at is null`.execute(
    effect.sql,
  );
}
