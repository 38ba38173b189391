import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  MIGRATION_ADVISORY_LOCK_KEY,
  type PostgresConnection,
  runMigrations,
  SchemaMigrationRequiredError,
} from 'bullmq';
import { QueueError } from './errors.ts';

type Client = Awaited<ReturnType<PostgresConnection['pool']['connect']>>;
type Queryable = Pick<Client, 'query'>;

/** A schema that is shared with anything else could not be dropped and made again. */
const NAME = /^(?!public$|pg_)[a-z][a-z0-9_]{0,62}$/;

/** Throws QueueError 'queue_schema_refused' unless `schema` can be the queue's very own. */
export function assertSchemaName(schema: string): void {
  if (!NAME.test(schema)) {
    throw new QueueError(
      'queue_schema_refused',
      `not a schema of the queue's own: ${JSON.stringify(schema)}`,
    );
  }
}

/**
 * Makes or upgrades the queue's schema; for the start. One whose list of migrations was emptied with the other tables can
 * be neither upgraded nor trusted, and is made anew: nothing in a queue is worth keeping.
 */
export async function makeSchema({ pool, schema }: PostgresConnection): Promise<void> {
  const client = await pool.connect();
  try {
    if ((await version(client, schema)) >= LATEST_SCHEMA_VERSION) return;
    await dropUnversioned(client, schema);
    await runMigrations(client, schema);
  } finally {
    client.release();
  }
}

/** Makes a schema that is gone, while workers run; one that still works is left alone with the knocks in it. */
export async function remakeSchema(connection: PostgresConnection): Promise<void> {
  const { pool, schema } = connection;
  if (!(await hasTable(pool, schema, 'job'))) await makeSchema(connection);
}

/** Under the lock of all migrations: of two processes that find the same remains, the second must not drop the new schema. */
async function dropUnversioned(client: Client, schema: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock($1, hashtext($2))', [
      MIGRATION_ADVISORY_LOCK_KEY,
      schema,
    ]);
    if ((await version(client, schema)) === 0)
      await client.query(`drop schema if exists "${schema}" cascade`);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** Of the schema; 0 where it, its list of migrations or its table of jobs is missing, or the list is empty. */
async function version(client: Client, schema: string): Promise<number> {
  if (!(await hasTable(client, schema, 'job'))) return 0;
  return assertSchemaCompatibility(client, schema).catch(error => {
    if (error instanceof SchemaMigrationRequiredError) return 0;
    throw error;
  });
}

/** Asks the catalogue under the statement's snapshot; to_regclass would answer from a cache that may be stale. */
async function hasTable(client: Queryable, schema: string, table: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    'select exists (select from pg_catalog.pg_tables where schemaname = $1 and tablename = $2) as found',
    [schema, table],
  );
  return rows[0]?.found === true;
}
