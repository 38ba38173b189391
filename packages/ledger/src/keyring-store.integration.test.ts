import { createDatabase } from '@seedlot/database';
import { createTestDatabase, type TestDatabase } from '@seedlot/database/testing';
import { describeKeyringStore } from '@seedlot/erasable/testing';
import { afterAll, beforeAll } from 'vitest';
import { PostgresKeyringStore } from './keyring-store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

for (const ring of ['seeds', 'files'] as const) {
  describeKeyringStore(`PostgresKeyringStore of the ring ${ring}`, async () => ({
    store: new PostgresKeyringStore({ sql: createDatabase(database.pool) }, ring),
    [Symbol.asyncDispose]: async () => {
      await database.pool.query(`truncate ${ring}_ring.ring, ${ring}_ring.buckets, ${ring}_ring.keys`);
    },
  }));
}
