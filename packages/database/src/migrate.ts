import type { Pool, PoolClient } from 'pg';
import pg from 'pg';
import { DatabaseError } from './errors.ts';
import { type Migration, migrationsFolder, readMigrations } from './migration-files.ts';

/** Serialises migrators of one database: the number is arbitrary, and fixed for ever. */
const LOCK_KEY = 0x5eed_1070;

interface Applied {
  number: number;
  name: string;
  sha256: string;
}

/**
 * Brings the schema up to date: applies every migration that the database lacks, each in one transaction. Several
 * processes may call this at once; a database that is up to date is not changed.
 * @param pool connections of the owner of the schema
 * @throws DatabaseError migration_changed, migration_missing or migration_out_of_order when the database and the files
 *   disagree about the past, before anything is applied; migration_failed with file and line
 */
export async function migrate(pool: Pool, folder: string = migrationsFolder): Promise<void> {
  const migrations = await readMigrations(folder);
  const client = await pool.connect();
  try {
    await client.query('set statement_timeout = 0');
    await client.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    const applied = await readApplied(client);
    checkHistory(migrations, applied);
    for (const migration of migrations.slice(applied.length)) await apply(client, migration);
  } finally {
    // Closing the connection frees the lock and forgets whatever a migration has set.
    client.release(true);
  }
}

async function readApplied(client: PoolClient): Promise<Applied[]> {
  await client.query(`create table if not exists public.migrations (
    number int primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now()
  )`);
  const { rows } = await client.query<Applied>(
    'select number, name, sha256 from public.migrations order by number',
  );
  return rows;
}

function checkHistory(migrations: readonly Migration[], applied: readonly Applied[]): void {
  for (const [index, past] of applied.entries()) {
    if (past.number !== index + 1) {
      throw new DatabaseError(
        'migration_out_of_order',
        `the database has ${past.name}, but lacks one before it`,
      );
    }
    const file = migrations[index];
    if (file === undefined) {
      throw new DatabaseError(
        'migration_missing',
        `the database has ${past.name}, which this version does not know`,
      );
    }
    if (file.sha256 !== past.sha256 || file.name !== past.name) {
      throw new DatabaseError(
        'migration_changed',
        `${file.name} is not the ${past.name} that the database has`,
      );
    }
  }
}

async function apply(client: PoolClient, { number, name, sha256, sql }: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(sql);
    await client.query('insert into public.migrations (number, name, sha256) values ($1, $2, $3)', [
      number,
      name,
      sha256,
    ]);
    await client.query('commit');
  } catch (cause) {
    throw new DatabaseError('migration_failed', `${name}${line(sql, cause)}: ${text(cause)}`, { cause });
  }
}

function line(sql: string, cause: unknown): string {
  if (!(cause instanceof pg.DatabaseError) || cause.position === undefined) return '';
  return ` line ${sql.slice(0, Number(cause.position)).split('\n').length}`;
}

function text(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
