import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, createPool, type Tables } from '@seedlot/database';
import { createTestDatabase, type TestDatabase } from '@seedlot/database/testing';
import {
  FileRootSlot,
  Keyring,
  type RotationChange,
  randomKeys,
  recoverRing,
  startRing,
  verifyRing,
} from '@seedlot/erasable';
import { addFreshKey, fingerprint, refusal, shredKeys, slotWith } from '@seedlot/erasable/testing';
import { type Kysely, sql as sqlText } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockRing, PostgresKeyringStore } from './keyring-store.ts';

const ADDERS = 16;
const ROTATIONS = 100;
const ONLY_ROOT: RotationChange = { erase: [], replace: [] };

let database: TestDatabase;
let sql: Kysely<Tables>;
let folder: string;
let keyring: Keyring;
let store: PostgresKeyringStore;

beforeEach(async () => {
  database = await createTestDatabase();
  const pool = createPool({ url: database.url, applicationName: 'races', max: ADDERS + 4 });
  // A connection that is cut off while a transaction holds it tells its client, too, to whom nobody else listens.
  pool.on('connect', client => client.on('error', () => undefined));
  sql = createDatabase(pool);
  folder = await mkdtemp(join(tmpdir(), 'seedlot slot '));
  keyring = new Keyring('seeds', await FileRootSlot.at(folder));
  store = new PostgresKeyringStore({ sql }, 'seeds');
  await startRing(keyring, store);
});
afterEach(async () => {
  await sql.destroy();
  await database.drop();
  await rm(folder, { recursive: true });
});

const parts = () => ({ keyring, store });
const rotate = (change = ONLY_ROOT) => store.transaction('exclusive', ring => keyring.rotate(ring, change));
const expectOpen = async (keys: ReadonlyMap<string, string>) => {
  const opened = await keyring.openKeys(store, [...keys.keys()]);
  expect(new Map([...opened].map(([id, key]) => [id, fingerprint(key)]))).toEqual(keys);
};

/** A promise and what settles it. */
const signal = () => Promise.withResolvers<void>();

/** Resolves for all when so many have arrived. */
function barrier(count: number): () => Promise<void> {
  const all = signal();
  let missing = count;
  return () => {
    missing -= 1;
    if (missing === 0) all.resolve();
    return all.promise;
  };
}

/** The ring's locks as the server sees them: those granted, and those that wait. */
async function ringLocks(): Promise<{ granted: number; waiting: number }> {
  const { rows } = await database.pool.query(
    `select count(*) filter (where granted)::int as granted, count(*) filter (where not granted)::int as waiting
     from pg_locks where locktype = 'advisory'
       and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows[0];
}

async function untilWaiting(count: number): Promise<void> {
  while ((await ringLocks()).waiting !== count);
}

describe('adders', () => {
  it('never wait for each other: each has a bucket of its own, in use again by the next', async () => {
    for (let round = 0; round < 2; round++) {
      const arrived = barrier(ADDERS);
      const adders = Array.from({ length: ADDERS }, () =>
        store.transaction('shared', async ring => {
          await keyring.addKey(ring, { id: randomUUID(), kind: 'page', key: randomKeys.draw() });
          await arrived();
        }),
      );
      await Promise.all(adders);
      expect((await store.snapshot([])).buckets).toHaveLength(ADDERS);
    }
  });

  it('add without pause during a hundred root changes: no key is lost, no rotation starves', async () => {
    const living = new Map<string, string>();
    const erased: string[] = [];
    const counts = Array.from({ length: ADDERS }, () => 0);
    let rotating = true;
    const adders = counts.map(async (_, adder) => {
      while (rotating) {
        const { id, value } = await addFreshKey(parts());
        living.set(id, value);
        counts[adder] = (counts[adder] ?? 0) + 1;
      }
    });
    const rotations = (async () => {
      for (let n = 0; n < ROTATIONS; n++) {
        const [victim] = n % 4 === 0 ? living.keys() : [];
        const erase = victim === undefined ? [] : [victim];
        const { from, to } = await rotate({ erase, replace: [] });
        await verifyRing(keyring, store, { epoch: to, keys: [] });
        await keyring.slot.destroy(from);
        for (const id of erase) living.delete(id);
        erased.push(...erase);
      }
    })();
    await rotations.finally(() => {
      rotating = false;
    });
    await Promise.all(adders);
    expect(await store.epoch()).toBe(ROTATIONS + 1);
    expect(await keyring.slot.list()).toEqual([ROTATIONS + 1]);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(erased.length).toBeGreaterThan(10);
    await expectOpen(living);
    for (const id of erased) await expect(keyring.openKey(store, id)).rejects.toEqual(refusal('key_absent'));
    expect((await store.snapshot('all')).keys).toHaveLength(living.size);
  }, 300_000);

  it('that come after a rotation wait for it, however many were before it', async () => {
    const order: string[] = [];
    const [leave, left] = [signal(), signal()];
    const before = store.transaction('shared', async ring => {
      await keyring.addKey(ring, { id: randomUUID(), kind: 'page', key: randomKeys.draw() });
      left.resolve();
      await leave.promise;
    });
    await left.promise;
    const rotation = rotate().then(() => order.push('rotation'));
    await untilWaiting(1);
    const later = Array.from({ length: 3 }, () => addFreshKey(parts()).then(() => order.push('adder')));
    await untilWaiting(4);
    leave.resolve();
    await Promise.all([before, rotation, ...later]);
    expect(order).toEqual(['rotation', 'adder', 'adder', 'adder']);
    expect((await store.snapshot('all')).buckets.every(({ epoch }) => epoch === 2)).toBe(true);
  });
});

describe('a rotator that sleeps while another one finishes', () => {
  /** Ends the connection of whoever holds the ring's lock, as a broken network or a timeout of the server does. */
  const cutOff = () =>
    database.pool.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
         and database = (select oid from pg_database where datname = current_database())`,
    );

  it.each(['before it has made its root', 'after'] as const)(
    'changes nothing when it wakes: %s',
    async when => {
      const { id, value } = await addFreshKey(parts());
      const victim = await addFreshKey(parts());
      const [asleep, wake] = [signal(), signal()];
      const slot = slotWith(keyring.slot, {
        create: async root => {
          if (when === 'after') await keyring.slot.create(root);
          asleep.resolve();
          await wake.promise;
          if (when !== 'after') await keyring.slot.create(root);
        },
      });
      const change = { erase: [id], replace: [] };
      const sleeper = store.transaction('exclusive', ring => new Keyring('seeds', slot).rotate(ring, change));
      const outcome = sleeper.then(
        () => 'committed',
        () => 'failed',
      );
      await asleep.promise;
      await cutOff();
      await shredKeys(parts(), new Map(), { erase: [victim.id], replace: [] });
      wake.resolve();
      expect(await outcome).toBe('failed');
      const epoch = when === 'after' ? 3 : 2;
      await recoverRing(keyring, store, async () => undefined);
      expect([await store.epoch(), await keyring.slot.list()]).toEqual([epoch, [epoch]]);
      await expectOpen(new Map([[id, value]]));
    },
  );
});

describe('the lock of a ring', () => {
  it.each(['repeatable read', 'serializable'] as const)(
    'is refused at %s, whose reads are older',
    async level => {
      const locked = sql
        .transaction()
        .setIsolationLevel(level)
        .execute(open => lockRing({ sql: open }, 'seeds', 'shared'));
      await expect(locked).rejects.toEqual(refusal('snapshot_too_old'));
    },
  );

  it('is one of its own for each ring', async () => {
    const files = new PostgresKeyringStore({ sql }, 'files');
    await files.found();
    await store.transaction('exclusive', async () => {
      await files.transaction('exclusive', async () => {
        expect(await ringLocks()).toEqual({ granted: 2, waiting: 0 });
      });
    });
    expect(await ringLocks()).toEqual({ granted: 0, waiting: 0 });
  });

  it('makes the commit of a rotation wait for the disk, whatever the session says', async () => {
    const levels = await sql.transaction().execute(async open => {
      const level = async () => {
        const setting = sqlText<{ level: string }>`select current_setting('synchronous_commit') as level`;
        return (await setting.execute(open)).rows[0]?.level;
      };
      await sqlText`set local synchronous_commit = off`.execute(open);
      const before = await level();
      await keyring.rotate(await lockRing({ sql: open }, 'seeds', 'exclusive'), ONLY_ROOT);
      return [before, await level()];
    });
    expect(levels).toEqual(['off', 'on']);
  });
});
