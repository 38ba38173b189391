import { type ServiceRole, serviceRoles } from '@seedlot/database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { soundWorkers } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await soundWorkers(world);
  await place(world, 3);
});
afterAll(() => world.end());

const SCHEMAS = ['public', 'seeds_ring', 'files_ring'];
const READS = ['SELECT'];
const WRITES = ['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'];
const BY_COLUMN = ['SELECT', 'INSERT', 'UPDATE', 'REFERENCES'];

async function tablesOf(schema: string): Promise<string[]> {
  const { rows } = await world.database.pool.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class where relnamespace = $1::regnamespace
     and relkind in ('r', 'p', 'v', 'm', 'f') order by name`,
    [schema],
  );
  return rows.map(row => row.name);
}

/** What a role may do to a table, or to a column of it. */
async function rights(role: string, table: string, asked: readonly string[]): Promise<string[]> {
  const { rows } = await world.database.pool.query<{ right: string }>(
    `select r as right from unnest($3::text[]) r where has_table_privilege($1, $2, r)
       or (r = any($4::text[]) and has_any_column_privilege($1, $2, case when r = any($4) then r else 'SELECT' end))`,
    [role, table, asked, BY_COLUMN],
  );
  return rows.map(row => row.right);
}

describe.each(['seedlot_api', 'seedlot_notary', 'seedlot_queue'] as const)('%s', role => {
  test('has no right on any table of the seeds ring, and cannot enter its schema', async () => {
    const tables = await tablesOf('seeds_ring');
    expect(tables.length).toBeGreaterThanOrEqual(7);
    for (const table of tables) expect(await rights(role, table, [...READS, ...WRITES]), table).toEqual([]);
    const { rows } = await world.database.pool.query(
      `select has_schema_privilege($1, 'seeds_ring', 'USAGE') as may`,
      [role],
    );
    expect(rows).toEqual([{ may: false }]);
    const pool = world.database.asRole(role);
    for (const table of tables) {
      await expect(pool.query(`select * from ${table}`)).rejects.toMatchObject({ code: '42501' });
    }
  });
});

test('no table gives a right to everybody', async () => {
  for (const schema of SCHEMAS) {
    const tables = await tablesOf(schema);
    expect(tables).not.toEqual([]);
    for (const table of tables)
      expect(await rights('public', table, [...READS, ...WRITES]), table).toEqual([]);
  }
});

describe.each(serviceRoles)('%s', role => {
  const refused = { code: '42501' };

  test.each([
    `update records set line = '{}'`,
    `update records set line = line`,
    `update records set id = gen_random_uuid()`,
    `update records set type = 'lot.sealed', lot_id = null`,
    `update records set seq = default`,
    'delete from records',
    'truncate records cascade',
    'drop table records',
    'alter table records disable row level security',
    `copy records from program 'true'`,
  ])('may not %s', async statement => {
    await expect(world.database.asRole(role).query(statement)).rejects.toMatchObject(refused);
  });

  test('may number and publish records only as the notary, and add to them only as any other service', async () => {
    const may: Partial<Record<ServiceRole, string[]>> = {
      seedlot_notary: ['SELECT', 'UPDATE'],
      seedlot_queue: [],
    };
    expect(await rights(role, 'records', [...READS, ...WRITES])).toEqual(may[role] ?? ['SELECT', 'INSERT']);
  });
});

test('the database refuses a serial of one lot to another', async () => {
  const { lot } = await place(world, 3);
  const grab = `update lots set numbers = int8range(lower(numbers) - 1, upper(numbers)) where id = $1`;
  await expect(world.database.pool.query(grab, [lot])).rejects.toMatchObject({
    code: '23P01',
    constraint: 'lot_numbers_once',
  });
});
