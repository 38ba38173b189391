import { createDatabase } from '@seedlot/database';
import { createTestDatabase, type TestDatabase } from '@seedlot/database/testing';
import type { RingRows } from '@seedlot/erasable';
import { copyingStore, MemoryRootSlot, RingScene } from '@seedlot/erasable/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PostgresKeyringStore } from './keyring-store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('a shred that dies between any two of its steps is made good in PostgreSQL', async () => {
  const sql = createDatabase(database.pool);
  let deaths = 0;
  for (let dead = true; dead; deaths++) {
    await database.pool.query(
      'delete from seeds_ring.keys; delete from seeds_ring.buckets; delete from seeds_ring.ring',
    );
    const copies: RingRows[] = [];
    const store = copyingStore(new PostgresKeyringStore({ sql }, 'seeds'), copies);
    const scene = await new RingScene(new MemoryRootSlot(), store, copies).start(3);
    dead = (await scene.shredWithDeath(scene.change([0], [1]), deaths)).dead;
    await scene.check();
  }
  expect(deaths).toBeGreaterThan(30);
}, 300_000);
