import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { migrate } from './migrate.ts';
import { createPool } from './pool.ts';
import { createEmptyDatabase, type TestDatabase } from './testing.ts';

const FIRST = { '0001_first.sql': 'create table first (id int primary key);' };
const SECOND = {
  '0002_second.sql': 'create table second (id int primary key);\ninsert into first values (1);',
};

async function emptyDatabase(): Promise<TestDatabase> {
  const database = await createEmptyDatabase();
  onTestFinished(() => database.drop());
  return database;
}

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'seedlot migrations '));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql);
  return folder;
}

async function applied({ pool }: TestDatabase): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>('select name from migrations order by number');
  return rows.map(row => row.name);
}

async function tables({ pool }: TestDatabase): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select tablename::text as name from pg_tables where schemaname = 'public' order by 1`,
  );
  return rows.map(row => row.name);
}

test('applies what is new, once, and keeps what it applied', async () => {
  const database = await emptyDatabase();
  await migrate(database.pool, await folderWith(FIRST));
  await migrate(database.pool, await folderWith({ ...FIRST, ...SECOND }));
  await migrate(database.pool, await folderWith({ ...FIRST, ...SECOND }));
  expect(await applied(database)).toEqual(['0001_first.sql', '0002_second.sql']);
  expect((await database.pool.query('select id from first')).rows).toEqual([{ id: 1 }]);
});

test('many at once apply each migration once', async () => {
  const database = await emptyDatabase();
  const folder = await folderWith({ ...FIRST, ...SECOND });
  await Promise.all(Array.from({ length: 8 }, () => migrate(database.pool, folder)));
  expect(await applied(database)).toEqual(['0001_first.sql', '0002_second.sql']);
});

test.each([
  ['was changed by one byte', { '0001_first.sql': `${FIRST['0001_first.sql']} ` }, 'migration_changed'],
  ['was renamed', { '0001_other.sql': FIRST['0001_first.sql'] }, 'migration_changed'],
  ['is gone', {}, 'migration_missing'],
])('a migration that %s is refused before anything is applied', async (_, files, code) => {
  const database = await emptyDatabase();
  await migrate(database.pool, await folderWith(FIRST));
  const more = Object.keys(files).length > 0 ? SECOND : {};
  const again = migrate(database.pool, await folderWith({ ...files, ...more }));
  await expect(again).rejects.toMatchObject({ name: 'DatabaseError', code });
  expect(await applied(database)).toEqual(['0001_first.sql']);
});

test('a database that skipped a migration is refused', async () => {
  const database = await emptyDatabase();
  const folder = await folderWith({ ...FIRST, ...SECOND });
  await migrate(database.pool, folder);
  await database.pool.query('delete from migrations where number = 1');
  await expect(migrate(database.pool, folder)).rejects.toMatchObject({ code: 'migration_out_of_order' });
});

test('a migration that fails leaves nothing of itself and all before it', async () => {
  const database = await emptyDatabase();
  const broken = { '0002_second.sql': 'create table second (id int);\n\nselect * from nowhere;' };
  const error = await migrate(database.pool, await folderWith({ ...FIRST, ...broken })).catch(
    (fault: Error) => fault,
  );
  expect(error).toMatchObject({
    code: 'migration_failed',
    message: '0002_second.sql line 3: relation "nowhere" does not exist',
  });
  expect(await tables(database)).toEqual(['first', 'migrations']);
  await migrate(database.pool, await folderWith({ ...FIRST, ...SECOND }));
  expect(await tables(database)).toEqual(['first', 'migrations', 'second']);
});

test('a migrator that dies in the middle leaves nothing of its migration, and the next one goes on', async () => {
  const database = await emptyDatabase();
  const suicide = {
    '0001_first.sql': 'create table half (id int); select pg_terminate_backend(pg_backend_pid());',
  };
  const dying = migrate(database.pool, await folderWith(suicide));
  await expect(dying).rejects.toMatchObject({ code: 'migration_failed' });
  await migrate(database.pool, await folderWith(FIRST));
  expect(await tables(database)).toEqual(['first', 'migrations']);
});

test('what a migration sets for its session is forgotten, and a statement timeout does not end it', async () => {
  const database = await emptyDatabase();
  const pool = createPool({ url: database.url, applicationName: 'test', max: 1, statementTimeout: 100 });
  onTestFinished(() => pool.end());
  const setting = { '0001_first.sql': `select pg_sleep(0.2); set search_path = pg_catalog;` };
  await migrate(pool, await folderWith(setting));
  expect((await pool.query('show search_path')).rows).toEqual([{ search_path: '"$user", public' }]);
  expect((await pool.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '100ms' }]);
});
