import fc from 'fast-check';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createPool, databaseUrl } from './pool.ts';

const text = fc.string({ minLength: 1, unit: 'grapheme' });

test('a url carries every user and password unchanged', () => {
  fc.assert(
    fc.property(text, text, (user, password) => {
      const database = 'seedlot_1';
      const url = databaseUrl({ host: '127.0.0.1', port: 54321, user, password }, database);
      const client = new pg.Client({ connectionString: url });
      expect(client).toMatchObject({ host: '127.0.0.1', port: 54321, user, database });
      expect(client.password).toBe(password);
    }),
  );
});

test('a malformed url is refused without being shown', () => {
  const open = () => createPool({ url: 'postgres://user:hunter2@[broken', applicationName: 'test' });
  expect(open).toThrow(expect.objectContaining({ name: 'DatabaseError', code: 'url_malformed' }));
  expect(open).toThrow(expect.not.stringContaining('hunter2'));
});
