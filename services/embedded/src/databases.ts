import { randomBytes } from 'node:crypto';
import {
  createPool,
  databaseUrl,
  grantLogin,
  migrate,
  type ServiceRole,
  serviceRoles,
} from '@seedlot/database';
import type { Pool } from 'pg';
import type { EmbeddedPostgres } from './postgres.ts';

/** The one with everything but the queue. */
export const DATABASE = 'seedlot';
const QUEUE_DATABASE = 'seedlot_queue';

/** One URL a role, with a password that lives as long as this process. */
export interface Logins {
  url(role: ServiceRole): string;
}

/** Brings the databases to the present schema and lets every role in. Nobody but the migrations acts as superuser. */
export async function openDatabases(postgres: EmbeddedPostgres): Promise<Logins> {
  const admin = connect(postgres, 'postgres');
  try {
    await ensureDatabase(admin, DATABASE);
    await migrateDatabase(postgres);
    await ensureDatabase(admin, QUEUE_DATABASE);
    await letIn(admin);
    const passwords = new Map(serviceRoles.map(role => [role, randomBytes(24).toString('base64url')]));
    for (const [role, password] of passwords) await grantLogin(admin, role, password);
    return {
      url: role =>
        databaseUrl(
          { ...postgres, user: role, password: passwords.get(role) ?? '' },
          role === 'seedlot_queue' ? QUEUE_DATABASE : DATABASE,
        ),
    };
  } finally {
    await admin.end();
  }
}

function connect(postgres: EmbeddedPostgres, database: string): Pool {
  return createPool({ url: databaseUrl(postgres, database), applicationName: 'seedlot start', max: 2 });
}

async function migrateDatabase(postgres: EmbeddedPostgres): Promise<void> {
  const owner = connect(postgres, DATABASE);
  await migrate(owner).finally(() => owner.end());
}

/** The names here are constants of this package, so they may stand in a statement. */
async function ensureDatabase(admin: Pool, name: string): Promise<void> {
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
  if (rowCount === 0) await admin.query(`create database ${name}`);
  await admin.query(`revoke all on database ${name} from public`);
}

/** The queue's role owns the queue's database and cannot enter the other. */
async function letIn(admin: Pool): Promise<void> {
  const services = serviceRoles.filter(role => role !== 'seedlot_queue');
  await admin.query(`grant connect on database ${DATABASE} to ${services.join(', ')}`);
  await admin.query(`alter database ${QUEUE_DATABASE} owner to seedlot_queue`);
}
