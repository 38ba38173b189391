import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseError } from './errors.ts';

/** One numbered change of the schema, as it stands in the folder. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  /** Of the file's bytes, in hex. */
  readonly sha256: string;
  readonly sql: string;
}

export const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

/**
 * Reads `0001_initial.sql`, `0002_...sql` and so on, in order.
 * @throws DatabaseError migrations_malformed when a name has another form, or a number is missing or there twice
 */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.sql')).sort();
  const migrations = await Promise.all(names.map(name => readMigration(folder, name)));
  const gap = migrations.find((migration, index) => migration.number !== index + 1);
  if (gap)
    throw new DatabaseError('migrations_malformed', `${gap.name} does not follow the migration before it`);
  return migrations;
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  const digits = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
  if (digits === undefined)
    throw new DatabaseError('migrations_malformed', `${name} is not named like 0001_initial.sql`);
  const bytes = await readFile(join(folder, name));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { number: Number(digits), name, sha256, sql: bytes.toString('utf8') };
}
