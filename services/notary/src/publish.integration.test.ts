import { createDatabase } from '@seedlot/database';
import { createTestDatabase, type TestDatabase } from '@seedlot/database/testing';
import { Ledger, recordFailure } from '@seedlot/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishRecords } from './publish.ts';

let database: TestDatabase;
let ledger: Ledger;

beforeAll(async () => {
  database = await createTestDatabase();
  const doorbell = { knock: async () => {} };
  ledger = new Ledger({
    database: createDatabase(database.asRole('seedlot_notary')),
    doorbell,
    onLostKnock: () => {},
  });
});

afterAll(() => database.drop());

test('the notary may remember that it failed, and forgets it once everything is published', async () => {
  await ledger.commit('service:notary', effect => recordFailure(effect, 'publish', 'records', 'store_full'));
  const failures = async () => (await database.pool.query('select step, subject, code from failures')).rows;
  expect(await failures()).toEqual([{ step: 'publish', subject: 'records', code: 'store_full' }]);
  const objects = new Proxy({} as never, {
    get: () => () => Promise.reject(new Error('nothing is to be stored')),
  });
  await publishRecords({ ledger, objects }, new AbortController().signal);
  expect(await failures()).toEqual([]);
});
