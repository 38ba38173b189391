import { afterAll, describe, expect, inject, test } from 'vitest';
import { createPool, databaseUrl } from './pool.ts';
import { grantLogin, serviceRoles } from './roles.ts';
import { createTestDatabase } from './testing.ts';

const PASSWORD = `it's a "pass\\word" $$ ${'x'.repeat(20)}`.replaceAll(' ', '-');

const database = await createTestDatabase();
afterAll(() => database.drop());

/** No other test logs in as the shredder: a password belongs to the whole server. */
const ROLE = 'seedlot_shredder';

function login(password: string) {
  const { host, port } = inject('postgres');
  const name = new URL(database.url).pathname.slice(1);
  return createPool({
    url: databaseUrl({ host, port, user: ROLE, password }, name),
    applicationName: 'test',
  });
}

test('a role logs in with its password and with no other', async () => {
  await grantLogin(database.pool, ROLE, PASSWORD);
  const pool = login(PASSWORD);
  expect((await pool.query('select current_user::text, session_user::text')).rows).toEqual([
    { current_user: ROLE, session_user: ROLE },
  ]);
  await pool.end();
  const guess = login(`${PASSWORD}!`);
  await expect(guess.connect()).rejects.toMatchObject({ code: 'database_unreachable' });
  await guess.end();
});

test('a new password ends the old one', async () => {
  await grantLogin(database.pool, ROLE, PASSWORD);
  await grantLogin(database.pool, ROLE, `${PASSWORD}2`);
  const old = login(PASSWORD);
  await expect(old.connect()).rejects.toMatchObject({ code: 'database_unreachable' });
  await old.end();
});

test('the password reaches neither the server nor its log, even when statements are logged', async () => {
  const admin = createPool({ url: database.url, applicationName: 'test', max: 1 });
  await admin.query(`set log_statement = 'all'`);
  const secret = 'correct-horse-battery-staple';
  await grantLogin(admin, ROLE, secret);
  const stored = await admin.query('select rolpassword from pg_authid where rolname = $1', [ROLE]);
  // The server's working folder is its cluster, and the embedded server's log lies beside that.
  await admin.query('create temporary table log (line text)');
  await admin.query(
    `copy log from program 'cat ../server.log' (format csv, delimiter e'\\x01', quote e'\\x02')`,
  );
  const log = (await admin.query<{ line: string }>('select line from log')).rows
    .map(row => row.line)
    .join('\n');
  await admin.end();
  expect(stored.rows[0].rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/);
  expect(log).toContain(`alter role "${ROLE}" login password`);
  expect(log).not.toContain(secret);
});

test.each(['short', 'with a blank in it, but long', 'ünïcödé-0123456789', ''])(
  'a password like %j is refused',
  async password => {
    const granting = grantLogin(database.pool, ROLE, password);
    await expect(granting).rejects.toMatchObject({ name: 'DatabaseError', code: 'password_refused' });
    if (password !== '') await expect(granting).rejects.not.toThrow(password);
  },
);

describe.each(serviceRoles)('%s', role => {
  const pool = database.asRole(role);

  test('is nothing more than a service', async () => {
    const { rows } = await database.pool.query(
      `select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls from pg_roles where rolname = $1`,
      [role],
    );
    expect(rows).toEqual([
      {
        rolsuper: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolreplication: false,
        rolbypassrls: false,
      },
    ]);
  });

  test.each([
    `alter role ${role} superuser`,
    `alter role ${role} createrole`,
    'create role intruder superuser',
    `grant pg_read_server_files to ${role}`,
    'create table public.intruder (id int)',
    'create schema intruder',
    'alter table migrations disable trigger all',
    `update migrations set sha256 = ''`,
    'select rolpassword from pg_authid',
    `select pg_read_file('postmaster.pid')`,
    `copy (select 1) to program 'true'`,
  ])('may not %s', async sql => {
    await expect(pool.query(sql)).rejects.toMatchObject({ code: '42501' });
  });
});

test('logged in, a role may not become another', async () => {
  await grantLogin(database.pool, ROLE, PASSWORD);
  const pool = login(PASSWORD);
  for (const other of ['seedlot_api', inject('postgres').user]) {
    await expect(pool.query(`set role ${other}`)).rejects.toMatchObject({ code: '42501' });
    await expect(pool.query(`set session authorization ${other}`)).rejects.toMatchObject({ code: '42501' });
  }
  await pool.end();
});
