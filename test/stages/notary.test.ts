import { setTimeout as pause } from 'node:timers/promises';
import { beginDownload, currentFile, type Effect, numberRecords, type Reader } from '@seedlot/ledger';
import { NotaryError, publishRecords, recordName } from '@seedlot/notary';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookAround } from '../world/drain.ts';
import { expectLogPublished, recordsOf } from '../world/published-log.ts';
import { soundWorkers, type Workers } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';

const never = new AbortController().signal;

let world: World;
let workers: Workers;
beforeEach(async () => {
  world = await createWorld();
  workers = await soundWorkers(world);
});
afterEach(() => world.end());

const publish = () => publishRecords(workers.notary, never);

async function* chunk(text: string | Buffer): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function record(effect: Effect): Promise<bigint> {
  return effect.record('staff.added', { staff: 'staff-000009', role: 'ops' });
}

async function numberOf(seq: bigint, reader: Reader = world.ledger): Promise<bigint | null> {
  const row = await reader.sql
    .selectFrom('records')
    .select('number')
    .where('seq', '=', seq)
    .executeTakeFirst();
  return row?.number ?? null;
}

/** For a lock of this database. */
async function untilSomebodyWaits(): Promise<void> {
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await world.database.pool.query(waiting)).rowCount === 0) await pause(5);
}

test('a number that is taken by other bytes stops the notary: nothing is overwritten or passed over', async () => {
  await publish();
  const { lot } = await place(world, 3);
  await lookAround(workers.generator.ledger, workers.generate);
  await lookAround(workers.dispatcher.ledger, workers.dispatch);
  const next = (await recordsOf(world)).findIndex(({ number }) => number === null);
  const name = recordName(BigInt(next + 1));
  await world.objects.put(name, chunk('{"forked":true}'));
  const fork = { constructor: NotaryError, code: 'record_differs' };
  for (const _ of ['once', 'and again']) await expect(publish()).rejects.toMatchObject(fork);
  expect(Buffer.concat(await Array.fromAsync(world.objects.read(name))).toString()).toBe('{"forked":true}');
  const { rows } = await world.database.pool.query(
    'select from records where number >= $1 and published_at is not null',
    [next + 1],
  );
  expect(rows).toEqual([]);
  const download = workers.api.commit('factory:acme', async effect =>
    beginDownload(effect, await currentFile(effect, lot), 0),
  );
  await expect(download).rejects.toMatchObject({ code: 'records_unpublished' });
});

test('a number that is taken by the same bytes was published by one who died before saying so', async () => {
  await publish();
  await place(world, 3);
  const [line] = (await recordsOf(world)).filter(({ number }) => number === null).map(one => one.line);
  const number = BigInt((await recordsOf(world)).filter(one => one.number !== null).length);
  await world.objects.put(recordName(number), chunk(line ?? ''));
  await publish();
  await expectLogPublished(world);
});

test('two notaries at once publish more than a batch without a gap, each record once', async () => {
  await world.ledger.commit(world.ops, async effect => {
    for (let i = 0; i < 1100; i++) await record(effect);
  });
  const second = await soundWorkers(world);
  await Promise.all([publish(), publishRecords(second.notary, never)]);
  await expectLogPublished(world);
});

test('a record that commits late gets the next number, behind those that were written after it', async () => {
  const [written, numbered] = [Promise.withResolvers<bigint>(), Promise.withResolvers<void>()];
  const slow = world.ledger.commit(world.ops, async effect => {
    written.resolve(await record(effect));
    await numbered.promise;
  });
  const early = await written.promise;
  const late = await world.ledger.commit(world.ops, record);
  expect(late).toBeGreaterThan(early);
  await publish();
  numbered.resolve();
  await slow;
  await publish();
  const { rows } = await world.database.pool.query<{ seq: bigint }>(
    'select seq from records where seq = any($1) order by number',
    [[early, late]],
  );
  expect(rows.map(row => row.seq)).toEqual([late, early]);
  await expectLogPublished(world);
});

test('a number that was given is never changed, though a record of before comes up at that moment', async () => {
  await publish();
  const [written, seen] = [Promise.withResolvers<bigint>(), Promise.withResolvers<void>()];
  const slow = world.ledger.commit(world.ops, async effect => {
    written.resolve(await record(effect));
    await seen.promise;
  });
  await written.promise;
  const late = await world.ledger.commit(world.ops, record);
  const { given, second } = await workers.notary.ledger.commit('service:notary', async effect => {
    await numberRecords(effect);
    seen.resolve();
    await slow;
    const other = workers.notary.ledger.commit('service:notary', numberRecords);
    await untilSomebodyWaits();
    return { given: await numberOf(late, effect), second: { done: other } };
  });
  await second.done;
  expect(await numberOf(late)).toBe(given);
  await publish();
  await expectLogPublished(world);
});

test('a record is a line of canonical JSON, without the number that it gets', async () => {
  await place(world, 3);
  await publish();
  const lines = (await recordsOf(world)).map(({ line }) => line.toString());
  for (const line of lines) {
    const { number, ...parsed } = JSON.parse(line);
    expect(number).toBeUndefined();
    expect(line).toBe(
      JSON.stringify(Object.fromEntries(Object.entries(parsed).toSorted(([a], [b]) => (a < b ? -1 : 1)))),
    );
  }
});
