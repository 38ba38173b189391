import { afterAll, expect, test } from 'vitest';
import { createTestDatabase } from './testing.ts';

const database = await createTestDatabase();
afterAll(() => database.drop());

test('a test database has the tables, and a role of a service its rights alone', async () => {
  const api = database.asRole('seedlot_api');
  expect((await api.query('select id from products')).rows).toEqual([]);
  await expect(api.query('select * from seeds_ring.pages')).rejects.toMatchObject({ code: '42501' });
});
