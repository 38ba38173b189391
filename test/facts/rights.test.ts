import { type ServiceRole, serviceRoles } from '@seedlot/database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { soundWorkers } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';
import { TABLE_RIGHTS } from './table-rights.ts';

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

/** The rights of a role on a table, and on those columns alone that it names. */
async function exactRights(role: string, table: string): Promise<string> {
  const { rows } = await world.database.pool.query<{ right: string }>(
    `select p || case when has_table_privilege($1, $2, p) then ''
         else ' (' || string_agg(attname, ', ' order by attname) || ')' end as right
       from unnest($3::text[]) with ordinality asked (p, place)
         left join pg_attribute on attrelid = $2::regclass and attnum > 0 and not attisdropped
           and p = any($4::text[]) and has_column_privilege($1, $2, attnum, case when p = any($4) then p else 'SELECT' end)
       group by p, place having has_table_privilege($1, $2, p) or count(attname) > 0 order by place`,
    [role, table, [...READS, ...WRITES], BY_COLUMN],
  );
  return rows.map(row => row.right).join(', ');
}

describe('the rights on the tables of reports, deliveries, shreds and both rings', () => {
  test.each(Object.entries(TABLE_RIGHTS))('%s: these and no other', async (table, wanted) => {
    const found: [string, string][] = [];
    for (const role of serviceRoles) found.push([role, await exactRights(role, table)]);
    expect(Object.fromEntries(found.filter(([, right]) => right !== ''))).toEqual(wanted);
  });

  test('leave out no table of either ring', async () => {
    const tables = [...(await tablesOf('seeds_ring')), ...(await tablesOf('files_ring'))];
    expect(tables.filter(table => !(table in TABLE_RIGHTS))).toEqual([]);
  });

  test.each([
    'update reports set burned = 0',
    `insert into report_serials (report_id, space_id, numbers, result) values ('report-000001', 1, '[1,2)', 'burned')`,
    'delete from deliveries',
    'update delivery_serials set numbers = numbers',
    `update shreds set completed_at = now()`,
    'delete from shred_serials',
    'update files_ring.keys set sealed = sealed',
    'delete from files_ring.keys',
    'update files_ring.ring set epoch = epoch + 1',
  ])('keep the API from: %s', async statement => {
    await expect(world.database.asRole('seedlot_api').query(statement)).rejects.toMatchObject({
      code: '42501',
    });
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
