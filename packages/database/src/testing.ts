import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { migrate } from './migrate.ts';
import { migrationsFolder, readMigrations } from './migration-files.ts';
import { createPool, databaseUrl, type ServerAddress } from './pool.ts';
import type { ServiceRole } from './roles.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQL server of this test run and its superuser. */
    postgres: ServerAddress;
  }
}

/** A migrated database that belongs to one test file. */
export interface TestDatabase {
  /** Of the owner, who is a superuser. */
  readonly url: string;
  /** The owner's connections. */
  readonly pool: pg.Pool;
  /** Connections with the rights of one service's role. */
  asRole(role: ServiceRole): pg.Pool;
  /** Ends all pools and removes the database, whoever is still connected. */
  drop(): Promise<void>;
}

const TEMPLATE_LOCK = 0x5eed_7e57;

/** Copies the migrated template, which the first call of a run makes: about 50 ms. Call `drop` in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(async admin => {
    const template = await ensureTemplate(admin);
    await admin.query(`create database ${name} template ${template}`);
  });
  return openTestDatabase(name);
}

/** An empty database, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(admin => admin.query(`create database ${name}`));
  return openTestDatabase(name);
}

function openTestDatabase(name: string): TestDatabase {
  const url = databaseUrl(inject('postgres'), name);
  const pools: pg.Pool[] = [];
  const open = (role?: ServiceRole) => {
    const pool = createPool({ url, applicationName: 'test', ...(role && { role }) });
    pools.push(pool);
    return pool;
  };
  const drop = async () => {
    await Promise.all(pools.filter(pool => !pool.ending).map(pool => pool.end()));
    await administer(admin => admin.query(`drop database ${name} with (force)`));
  };
  return { url, pool: open(), asRole: open, drop };
}

/** The template is named after the migrations, so that a watching run sees a change of them. */
async function ensureTemplate(admin: pg.Client): Promise<string> {
  const hash = createHash('sha256');
  for (const { sha256 } of await readMigrations(migrationsFolder)) hash.update(sha256);
  const template = `template_${hash.digest('hex').slice(0, 16)}`;
  await admin.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [template]);
  if (rowCount === 0) await buildTemplate(admin, template);
  await admin.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  return template;
}

/** Renamed only when complete, so that a failed migration leaves no template behind. */
async function buildTemplate(admin: pg.Client, template: string): Promise<void> {
  const draft = `draft_${randomBytes(8).toString('hex')}`;
  await admin.query(`create database ${draft}`);
  const pool = createPool({ url: databaseUrl(inject('postgres'), draft), applicationName: 'template' });
  await migrate(pool).finally(() => pool.end());
  await admin.query(`alter database ${draft} rename to ${template}`);
}

async function administer(work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ ...inject('postgres'), database: 'postgres' });
  await admin.connect();
  await work(admin).finally(() => admin.end());
}
