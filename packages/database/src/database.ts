import { type IsolationLevel, Kysely, PostgresDialect, type Transaction } from 'kysely';
import type { Pool } from 'pg';
import type { Tables } from './tables.ts';
import { isSerializationFailure } from './violations.ts';

/** Queries with the types of the tables. Destroying it ends the pool. */
export function createDatabase(pool: Pool): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

const ATTEMPTS = 5;

/**
 * Runs `work` in one transaction: all of it happens or nothing. When the server ends it because of another one
 * (serialization failure, deadlock) it is run again, so `work` has no effect outside of the transaction.
 */
export async function transaction<Result>(
  database: Kysely<Tables>,
  work: (open: Transaction<Tables>) => Promise<Result>,
  isolation: IsolationLevel = 'read committed',
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction().setIsolationLevel(isolation).execute(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !isSerializationFailure(error)) throw error;
    }
  }
}
