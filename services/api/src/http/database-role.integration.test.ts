import { afterAll, expect, test } from 'vitest';
import { dispatch } from '../testing/lots.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());
await dispatch(api);

const role = api.database.asRole('seedlot_api');

async function tablesOf(schema: string): Promise<string[]> {
  const { rows } = await api.database.pool.query(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_schema = $1`,
    [schema],
  );
  return rows.map(row => row.name);
}

/** SQLSTATE of what the role is refused, or null. */
async function refusal(statement: string): Promise<string | null> {
  return role.query(statement).then(
    () => null,
    error => error.code,
  );
}

const INSUFFICIENT_PRIVILEGE = '42501';

test('the role that the API runs with can look at no table of the seeds ring', async () => {
  const tables = await tablesOf('seeds_ring');
  expect(tables).toEqual(
    expect.arrayContaining(['seeds_ring.pages', 'seeds_ring.lot_keys', 'seeds_ring.keys']),
  );
  for (const table of tables) {
    for (const statement of [
      `select from ${table}`,
      `delete from ${table}`,
      `insert into ${table} default values`,
    ]) {
      expect([statement, await refusal(statement)]).toEqual([statement, INSUFFICIENT_PRIVILEGE]);
    }
  }
});

test('it reads the files ring and cannot change it', async () => {
  for (const table of await tablesOf('files_ring')) {
    expect([table, await refusal(`select from ${table}`)]).toEqual([table, null]);
    expect([table, await refusal(`delete from ${table}`)]).toEqual([table, INSUFFICIENT_PRIVILEGE]);
  }
});

test.each([
  'update records set line = line',
  'delete from records',
  'update files set receipt_hash = receipt_hash',
  'update files set dropped_at = null',
  'update orders set quantity = 1',
  'delete from lots',
  'update actors set role = $$admin$$ where kind = $$staff$$',
  'update products set seed_length = 16',
  'create table of_its_own ()',
])('it may not: %s', async statement => {
  expect(await refusal(statement)).toBe(INSUFFICIENT_PRIVILEGE);
});

test('it is no superuser, belongs to no other role and owns nothing', async () => {
  const { rows } = await role.query(
    `select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls,
      (select count(*)::int from pg_auth_members where member = pg_roles.oid) as memberships,
      (select count(*)::int from pg_class where relowner = pg_roles.oid) as owned
    from pg_roles where rolname = current_user`,
  );
  expect(rows).toEqual([
    {
      rolsuper: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolbypassrls: false,
      memberships: 0,
      owned: 0,
    },
  ]);
});
