import { sql, type Transaction } from 'kysely';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, transaction } from './database.ts';
import type { Tables } from './tables.ts';
import { createEmptyDatabase } from './testing.ts';
import { isSerializationFailure, violates, violation } from './violations.ts';

const { pool, drop } = await createEmptyDatabase();
afterAll(drop);
const database = createDatabase(pool);

beforeEach(async () => {
  await pool.query(`
    create extension if not exists btree_gist;
    drop table if exists child, thing;
    create table thing (
      id int constraint thing_once primary key,
      n int8 not null constraint thing_positive check (n > 0),
      numbers int8range,
      constraint thing_apart exclude using gist (numbers with &&)
    );
    create table child (thing int constraint child_of_thing references thing);
    insert into thing values (1, 1, '[0,10)')`);
});

async function numbers(): Promise<unknown[]> {
  return (await pool.query('select id, n from thing order by id')).rows;
}

describe('a transaction', () => {
  test('happens wholly, and returns what its work does', async () => {
    const result = await transaction(database, async open => {
      await sql`insert into thing values (2, 2)`.execute(open);
      return 'done';
    });
    expect(result).toBe('done');
    expect(await numbers()).toEqual([
      { id: 1, n: 1n },
      { id: 2, n: 2n },
    ]);
  });

  test('leaves nothing when its work throws, and throws the same', async () => {
    const refusal = new Error('no');
    const work = async (open: Transaction<Tables>) => {
      await sql`insert into thing values (2, 2)`.execute(open);
      throw refusal;
    };
    await expect(transaction(database, work)).rejects.toBe(refusal);
    expect(await numbers()).toEqual([{ id: 1, n: 1n }]);
  });

  test('is run again when another one got in between, so that none is lost', async () => {
    let runs = 0;
    const { promise: bothHaveRead, resolve } = Promise.withResolvers<void>();
    const increment = async (open: Transaction<Tables>) => {
      const { rows } = await sql<{ n: bigint }>`select n from thing where id = 1`.execute(open);
      if (++runs === 2) resolve();
      await bothHaveRead;
      await sql`update thing set n = ${(rows[0]?.n ?? 0n) + 1n} where id = 1`.execute(open);
    };
    await Promise.all([1, 2].map(() => transaction(database, increment, 'serializable')));
    expect(await numbers()).toEqual([{ id: 1, n: 3n }]);
    expect(runs).toBe(3);
  });

  test('gives up when it is refused every time', async () => {
    let runs = 0;
    const work = async (open: Transaction<Tables>) => {
      runs++;
      await sql`do $$ begin raise exception using errcode = '40001'; end $$`.execute(open);
    };
    const error = await transaction(database, work).catch((fault: unknown) => fault);
    expect(isSerializationFailure(error)).toBe(true);
    expect(runs).toBe(5);
  });
});

describe('a violation', () => {
  test.each([
    ['unique', 'thing_once', 'insert into thing values (1, 1)'],
    ['check', 'thing_positive', 'insert into thing values (2, 0)'],
    ['exclusion', 'thing_apart', `insert into thing values (2, 2, '[9,20)')`],
    ['foreign key', 'child_of_thing', 'insert into child values (7)'],
  ])('of kind %s is known by its constraint', async (kind, constraint, statement) => {
    const error = await pool.query(statement).catch((fault: unknown) => fault);
    expect(violation(error)).toEqual({ kind, constraint });
    expect(violates(error, constraint)).toBe(true);
    expect(violates(error, 'another')).toBe(false);
    expect(isSerializationFailure(error)).toBe(false);
  });

  test.each([undefined, null, 'text', new Error('23505'), { code: '23505', constraint: 'thing_once' }])(
    'is not %j',
    error => {
      expect(violation(error)).toBeUndefined();
      expect(isSerializationFailure(error)).toBe(false);
    },
  );

  test('is not a mistake in a statement', async () => {
    const error = await pool.query('select nothing').catch((fault: unknown) => fault);
    expect(violation(error)).toBeUndefined();
  });
});
