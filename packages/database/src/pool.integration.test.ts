import { createServer } from 'node:net';
import type pg from 'pg';
import { afterAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { createPool, databaseUrl, type PoolOptions } from './pool.ts';
import { createEmptyDatabase } from './testing.ts';

const database = await createEmptyDatabase();
afterAll(() => database.drop());

function open(options: Partial<PoolOptions>): pg.Pool {
  const pool = createPool({ url: database.url, applicationName: 'test', ...options });
  onTestFinished(() => pool.end());
  return pool;
}

describe('values', () => {
  test('of int8 are bigints, alone and in arrays, at both ends of the range', async () => {
    const sql = `select (-9223372036854775808)::int8 as low, 9223372036854775807::int8 as high,
      array[1, null, 9223372036854775807]::int8[] as many, '{}'::int8[] as none`;
    const { rows } = await database.pool.query(sql);
    expect(rows).toEqual([
      { low: -(2n ** 63n), high: 2n ** 63n - 1n, many: [1n, null, 2n ** 63n - 1n], none: [] },
    ]);
  });

  test('of bytea are buffers', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const { rows } = await database.pool.query('select $1::bytea as bytes', [bytes]);
    expect(rows[0].bytes).toEqual(bytes);
  });

  test.each(['select 1.5', 'select sum(1::int8)', 'select array[1.5]'])(
    'of numeric are refused: %s',
    async sql => {
      await expect(database.pool.query(sql)).rejects.toMatchObject({
        name: 'DatabaseError',
        code: 'value_refused',
      });
      expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    },
  );
});

describe('a server that cannot be reached', () => {
  const { host, port, user, password } = inject('postgres');

  test('because nothing listens there', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => closed.once('listening', resolve));
    const address = closed.address() as { port: number };
    await new Promise(resolve => closed.close(resolve));
    const url = databaseUrl({ host, port: address.port, user, password }, 'postgres');
    const error = await open({ url })
      .query('select')
      .catch((fault: unknown) => fault);
    expect(error).toMatchObject({
      name: 'DatabaseError',
      code: 'database_unreachable',
      message: `PostgreSQL at 127.0.0.1:${address.port}: connect ECONNREFUSED 127.0.0.1:${address.port}`,
    });
  });

  test('because it says nothing', async () => {
    const mute = createServer(socket => onTestFinished(() => void socket.destroy())).listen(0, '127.0.0.1');
    await new Promise(resolve => mute.once('listening', resolve));
    onTestFinished(() => void mute.close());
    const address = mute.address() as { port: number };
    const url = databaseUrl({ host, port: address.port, user, password }, 'postgres');
    await expect(open({ url, connectTimeout: 50 }).connect()).rejects.toMatchObject({
      code: 'database_unreachable',
    });
  });

  test.each([
    ['a wrong password', databaseUrl({ host, port, user, password: 'hunter2' }, 'postgres')],
    ['no such user', databaseUrl({ host, port, user: 'nobody', password: 'hunter2' }, 'postgres')],
    ['no such database', databaseUrl({ host, port, user, password }, 'nowhere')],
  ])('because of %s', async (_, url) => {
    const error = await open({ url })
      .connect()
      .catch((fault: unknown) => fault);
    expect(error).toMatchObject({ name: 'DatabaseError', code: 'database_unreachable' });
    expect((error as Error).message).toMatch(new RegExp(`^PostgreSQL at 127.0.0.1:${port}: .*$`));
    expect((error as Error).message).not.toContain('hunter2');
  });
});

describe('a pool', () => {
  test('whose connections are all taken says so', async () => {
    const pool = open({ max: 1, connectTimeout: 50 });
    const client = await pool.connect();
    await expect(pool.query('select')).rejects.toMatchObject({
      name: 'DatabaseError',
      code: 'database_busy',
    });
    client.release();
  });

  test('survives the end of an idle connection', async () => {
    const pool = open({ max: 1 });
    const { rows } = await pool.query('select pg_backend_pid() as pid');
    const removed = new Promise(resolve => pool.once('remove', resolve));
    await database.pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
    await removed;
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test('ends a statement that takes too long, and says who it is', async () => {
    const pool = open({ statementTimeout: 50, applicationName: 'a slow one' });
    expect((await pool.query('show application_name')).rows).toEqual([{ application_name: 'a slow one' }]);
    await expect(pool.query('select pg_sleep(600)')).rejects.toMatchObject({ code: '57014' });
  });

  test('does not let a transaction idle for ever', async () => {
    const { rows } = await database.pool.query('show idle_in_transaction_session_timeout');
    expect(rows).toEqual([{ idle_in_transaction_session_timeout: '1min' }]);
  });
});
