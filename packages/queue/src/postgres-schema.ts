import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  type PostgresConnection,
  runMigrations,
} from 'bullmq';
import { QueueError } from './errors.ts';

type Client = Awaited<ReturnType<PostgresConnection['pool']['connect']>>;

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
 * Makes the queue's schema where it is missing, and anew where somebody emptied its tables with the list of migrations
 * among them, which leaves it neither usable nor upgradable. Nothing in a queue is worth keeping.
 *
 * The connection's user needs rights on the tables only, as long as nothing is missing.
 */
export async function makeSchema({ pool, schema }: PostgresConnection): Promise<void> {
  const client = await pool.connect();
  try {
    if (await isCurrent(client, schema)) return;
    await dropIfEmptied(client, schema);
    await runMigrations(client, schema);
  } finally {
    client.release();
  }
}

async function isCurrent(client: Client, schema: string): Promise<boolean> {
  if (!(await hasTable(client, schema, 'migration'))) return false;
  return (await assertSchemaCompatibility(client, schema)) >= LATEST_SCHEMA_VERSION;
}

/** Under a lock of its own: two processes may find the same emptied schema, and the second must not drop the new one. */
async function dropIfEmptied(client: Client, schema: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(`select pg_advisory_xact_lock(hashtext('seedlot queue ' || $1))`, [schema]);
    if (await isEmptied(client, schema)) await client.query(`drop schema "${schema}" cascade`);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

async function isEmptied(client: Client, schema: string): Promise<boolean> {
  if (!(await hasTable(client, schema, 'migration')) || !(await hasTable(client, schema, 'job')))
    return false;
  return (await assertSchemaCompatibility(client, schema)) === 0;
}

async function hasTable(client: Client, schema: string, table: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>('select to_regclass($1) is not null as found', [
    `"${schema}".${table}`,
  ]);
  return rows[0]?.found === true;
}
