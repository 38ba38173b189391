import { randomUUID } from 'node:crypto';
import { createDatabase, type ServiceRole } from '@seedlot/database';
import { createTestDatabase, type TestDatabase } from '@seedlot/database/testing';
import { Keyring, type RingName, randomKeys, recoverRing, startRing } from '@seedlot/erasable';
import { addFreshKey, fingerprint, MemoryRootSlot } from '@seedlot/erasable/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresKeyringStore } from './keyring-store.ts';

let database: TestDatabase;
const rings = {
  seeds: new Keyring('seeds', new MemoryRootSlot()),
  files: new Keyring('files', new MemoryRootSlot()),
};
const known = { seeds: { id: '', value: '' }, files: { id: '', value: '' } };

beforeAll(async () => {
  database = await createTestDatabase();
  for (const ring of ['seeds', 'files'] as const) {
    const parts = { keyring: rings[ring], store: storeOf('seedlot_shredder', ring) };
    await startRing(parts.keyring, parts.store);
    known[ring] = await addFreshKey({ ...parts, store: storeOf('seedlot_dispatcher', ring) });
  }
});
afterAll(() => database.drop());

const denied = expect.objectContaining({ code: '42501' });
const pools = new Map<ServiceRole, ReturnType<TestDatabase['asRole']>>();
const poolOf = (role: ServiceRole) => {
  const pool = pools.get(role) ?? database.asRole(role);
  pools.set(role, pool);
  return pool;
};
const storeOf = (role: ServiceRole, ring: RingName) =>
  new PostgresKeyringStore({ sql: createDatabase(poolOf(role)) }, ring);
const rotation = (role: ServiceRole, ring: RingName) =>
  storeOf(role, ring).transaction('exclusive', open => rings[ring].rotate(open, { erase: [], replace: [] }));
const tables = ['ring', 'buckets', 'keys'];
const writes = (ring: RingName) =>
  tables.flatMap(table => [
    `delete from ${ring}_ring.${table}`,
    `insert into ${ring}_ring.${table} select * from ${ring}_ring.${table} limit 0`,
    `update ${ring}_ring.${table} set ${table === 'ring' ? 'epoch = 0' : "sealed = ''"}`,
  ]);

describe('the API', () => {
  it('cannot read one table of the seeds ring', async () => {
    const api = poolOf('seedlot_api');
    const { rows } = await database.pool.query(
      `select tablename from pg_tables where schemaname = 'seeds_ring'`,
    );
    expect(rows.length).toBeGreaterThan(3);
    for (const { tablename } of rows) {
      await expect(api.query(`select from seeds_ring.${tablename}`)).rejects.toEqual(denied);
    }
    const store = storeOf('seedlot_api', 'seeds');
    await expect(rings.seeds.openKey(store, known.seeds.id)).rejects.toEqual(denied);
  });
});

describe('the notary', () => {
  it('reads and writes neither ring', async () => {
    const notary = poolOf('seedlot_notary');
    for (const ring of ['seeds', 'files'] as const) {
      for (const table of tables) {
        await expect(notary.query(`select from ${ring}_ring.${table}`)).rejects.toEqual(denied);
      }
      for (const write of writes(ring)) await expect(notary.query(write)).rejects.toEqual(denied);
    }
  });
});

describe.each([
  { role: 'seedlot_generator', ring: 'seeds' },
  { role: 'seedlot_dispatcher', ring: 'seeds' },
  { role: 'seedlot_dispatcher', ring: 'files' },
  { role: 'seedlot_exporter', ring: 'files' },
  { role: 'seedlot_api', ring: 'files' },
] as const)('$role in the ring $ring', ({ role, ring }) => {
  it('adds keys and opens them, and erases none', async () => {
    const parts = { keyring: rings[ring], store: storeOf(role, ring) };
    for (let n = 0; n < 2; n++) {
      const { id, value } = await addFreshKey(parts);
      expect(fingerprint(await parts.keyring.openKey(parts.store, id))).toBe(value);
    }
    await expect(rotation(role, ring)).rejects.toEqual(denied);
    const pool = poolOf(role);
    for (const table of tables) {
      await expect(pool.query(`delete from ${ring}_ring.${table}`)).rejects.toEqual(denied);
    }
    await expect(pool.query(`update ${ring}_ring.keys set sealed = ''`)).rejects.toEqual(denied);
  });
});

describe.each([
  { role: 'seedlot_tracker', ring: 'seeds' },
  { role: 'seedlot_tracker', ring: 'files' },
  { role: 'seedlot_exporter', ring: 'seeds' },
] as const)('$role in the ring $ring', ({ role, ring }) => {
  it('opens keys, and changes nothing', async () => {
    const store = storeOf(role, ring);
    expect(fingerprint(await rings[ring].openKey(store, known[ring].id))).toBe(known[ring].value);
    for (const write of writes(ring)) await expect(poolOf(role).query(write)).rejects.toEqual(denied);
    await expect(addFreshKey({ keyring: rings[ring], store })).rejects.toEqual(denied);
  });
});

it('the generator cannot enter the files ring', async () => {
  const store = storeOf('seedlot_generator', 'files');
  await expect(rings.files.openKey(store, known.files.id)).rejects.toEqual(denied);
});

describe('the shredder', () => {
  it.each(['seeds', 'files'] as const)('founds, rotates and recovers the ring %s', async ring => {
    const store = storeOf('seedlot_shredder', ring);
    const [id, key] = [randomUUID(), randomKeys.draw()];
    await storeOf('seedlot_dispatcher', ring).transaction('shared', open =>
      rings[ring].addKey(open, { id, kind: 'page', key }),
    );
    const { to } = await store.transaction('exclusive', open =>
      rings[ring].rotate(open, { erase: [id], replace: [{ id: known[ring].id, key }] }),
    );
    await recoverRing(rings[ring], store, async () => undefined);
    expect(await rings[ring].slot.list()).toEqual([to]);
    expect((await rings[ring].openKey(store, known[ring].id)).equals(key)).toBe(true);
  });
});
