import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  beat,
  beginDownload,
  cancelOrder,
  currentFile,
  enterWorker,
  leaveWorker,
  recordFailure,
  type Status,
  showStatus,
} from './index.ts';
import { createTestLedger, furnish, type TestLedger } from './testing.ts';
import { dispatchedLot, openWork, orderedLot, sealedLot } from './testing-lots.ts';

let world: TestLedger;
let ops: string;
beforeEach(async () => {
  world = await createTestLedger();
  ops = await furnish(world.ledger);
});
afterEach(() => world.drop());

/** With the rights of the API, which shows it. */
function look(): Promise<Status> {
  return showStatus(world.as('seedlot_api'));
}

async function run(statement: string, values: unknown[] = []): Promise<void> {
  await world.database.pool.query(statement, values);
}

/** A part of a lot's report, as it would be uploaded; judged when it has counts. */
async function addReport(lot: string, counts?: { burned: number; scrapped: number }): Promise<string> {
  const attempt = randomUUID();
  const report = `report-${attempt.slice(0, 6)}`;
  await run(
    `insert into file_attempts (id, kind, lot_id, object_name, state, holder, lease_ends_at)
     values ($1::uuid, 'report', $2, $1::uuid::text, 'committed', 'test', now())`,
    [attempt, lot],
  );
  await run(
    `insert into reports (id, lot_id, csv_sha256, size, signature, signer_fingerprint, attempt_id, key_id, object_name)
     values ($1, $2, $3, 1, 'signature', 'A', $4, gen_random_uuid(), $1)`,
    [report, lot, randomBytes(32), attempt],
  );
  if (counts === undefined) return report;
  await run(
    `update reports set state = 'judged', judged_at = now(), burned = $2, scrapped = $3, samples = 0 where id = $1`,
    [report, counts.burned, counts.scrapped],
  );
  return report;
}

async function addDelivery(lot: string, serials: number): Promise<string> {
  const delivery = 'delivery-000001';
  await run(
    `insert into deliveries (id, customer_id, format, created_by) values ($1, 'globex', 'pskc', $2)`,
    [delivery, ops],
  );
  await run(
    `insert into delivery_serials (delivery_id, lot_id, space_id, numbers)
     select $1, id, space_id, int8range(lower(numbers), lower(numbers) + $3) from lots where id = $2`,
    [delivery, lot, serials],
  );
  return delivery;
}

function fail(step: 'generate' | 'publish', subject: string): Promise<void> {
  return world.ledger.commit(ops, effect => recordFailure(effect, step, subject, 'store_full'));
}

function steps({ due }: Status): [string, string, boolean][] {
  return due.items.map(({ step, subject, late }) => [step, subject, late]);
}

test('counts orders with their lots, deliveries and serials by state, in the order of a life', async () => {
  await orderedLot(world, ops, 10);
  await orderedLot(world, ops, 20);
  const { lot } = await dispatchedLot(world, ops);
  await addDelivery(lot, 4);
  expect(await look()).toMatchObject({
    at: expect.any(Date),
    lots: [
      { state: 'ordered', count: 2, serials: 30 },
      { state: 'dispatched', count: 1, serials: 10 },
    ],
    deliveries: [{ state: 'assigned', count: 1, serials: 4 }],
    custody: { reserved: 30, dispatched: 10 },
    seeds: { none: 30, living: 10 },
  });
});

test('is empty, and knows no number, before anything was recorded', async () => {
  await run('truncate records');
  expect(await look()).toMatchObject({
    lots: [],
    deliveries: [],
    custody: {},
    due: { total: 0, items: [] },
    shreds: { total: 0, items: [] },
    workers: [],
    notary: { lastNumbered: null, lastPublished: null, waiting: 0, since: null, late: false },
  });
});

describe('what is due', () => {
  test('is told by step, and is late when it fails or lies for long', async () => {
    const { lot: ordered } = await orderedLot(world, ops);
    const { lot: sealed } = await sealedLot(world, ops);
    const { lot: dispatched } = await dispatchedLot(world, ops);
    const report = await addReport(dispatched);
    const delivery = await addDelivery(dispatched, 3);
    const fresh = await look();
    expect(steps(fresh).sort()).toEqual([
      ['dispatch', sealed, false],
      ['export', delivery, false],
      ['generate', ordered, false],
      ['report', report, false],
    ]);
    await fail('generate', ordered);
    await run(`update lots set sealed_at = now() - interval '1 hour' where id = $1`, [sealed]);
    const later = await look();
    expect(steps(later)[0]).toEqual(['dispatch', sealed, true]);
    expect(later.due.items.find(({ subject }) => subject === ordered)).toMatchObject({
      late: true,
      failure: { code: 'store_full', attempts: 1, retryAt: expect.any(String) },
    });
  });

  test('is under way, and not late, while somebody holds it', async () => {
    const { lot } = await sealedLot(world, ops);
    await run(`update lots set sealed_at = now() - interval '1 hour' where id = $1`, [lot]);
    await openWork(world, ops, lot);
    expect((await look()).due.items).toMatchObject([{ step: 'dispatch', underway: true, late: false }]);
    await run(`update file_attempts set lease_ends_at = now() - interval '1 second'`);
    expect((await look()).due.items).toMatchObject([{ step: 'dispatch', underway: false, late: true }]);
  });

  test('holds failures of what no state tells, and cancelled lots', async () => {
    const { order, lot } = await dispatchedLot(world, ops);
    await world.ledger.commit(ops, effect => cancelOrder(effect, order));
    await fail('publish', 'records');
    expect(steps(await look()).sort()).toEqual([
      ['publish', 'records', true],
      ['shred', lot, false],
    ]);
  });

  test('is a list of fifty at most, the oldest first, with the number of all', async () => {
    for (let n = 0; n < 52; n++) await orderedLot(world, ops, 1);
    const { due } = await look();
    expect(due.total).toBe(52);
    expect(due.items).toHaveLength(50);
    expect(due.items[0]?.subject).toBe('lot-000001');
  });
});

test('tells what waits for people: reports for ops, files, receipts', async () => {
  const { lot } = await dispatchedLot(world, ops);
  await addReport(lot, { burned: 6, scrapped: 1 });
  const first = await look();
  expect(first.unfetched.items).toMatchObject([{ kind: 'factory', lot, delivery: null, partner: 'acme' }]);
  expect(first.reports.items).toMatchObject([{ lot, factory: 'acme', parts: 1, complete: false }]);
  await addReport(lot, { burned: 3, scrapped: 0 });
  await run('update records set number = seq, published_at = now()');
  await world.ledger.commit('factory:acme', async effect =>
    beginDownload(effect, await currentFile(effect, lot), 0),
  );
  const { reports, unfetched, receipts } = await look();
  expect(reports).toMatchObject({
    total: 1,
    items: [{ parts: 2, burned: 9, scrapped: 1, quantity: 10, complete: true, since: expect.any(Date) }],
  });
  expect(unfetched.total).toBe(0);
  expect(receipts.items).toMatchObject([{ kind: 'factory', lot, partner: 'acme', locked: false }]);
});

test('tells at which step a shred is', async () => {
  const { lot } = await dispatchedLot(world, ops);
  await run(`insert into shreds (id, lot_id, reason) values ('shred-000001', $1, 'requested')`, [lot]);
  const stepNow = async () => (await look()).shreds.items.map(({ step }) => step);
  expect(await stepNow()).toEqual(['intent']);
  const marks = [
    'intended_at = now()',
    'seeds_root_from = 1, seeds_root_to = 2, files_dropped_at = now()',
    'mirrored_at = now()',
    'roots_destroyed_at = now()',
    'completed_at = now()',
  ];
  const seen: string[] = [];
  for (const mark of marks) {
    await run(`update shreds set ${mark}`);
    seen.push(...(await stepNow()));
  }
  expect(seen).toEqual(['rotation', 'mirror', 'destruction', 'completion']);
});

test('tells how far the notary is, and since when a record waits', async () => {
  const waiting = async () => (await look()).notary;
  const all = await waiting();
  expect(all).toMatchObject({
    lastNumbered: null,
    lastPublished: null,
    since: expect.any(Date),
    late: false,
  });
  await run('update records set number = seq where seq <= 3');
  await run('update records set published_at = now() where seq <= 2');
  expect(await waiting()).toMatchObject({ lastNumbered: 3, lastPublished: 2, waiting: all.waiting - 2 });
});

describe('workers', () => {
  const worker = { service: 'notary', holder: 'host:1' };
  const act = (work: typeof enterWorker) =>
    world.as('seedlot_notary').commit('service:notary', effect => work(effect, worker));
  const age = (time: string) => run(`update workers set started_at = $1, seen_at = $1`, [time]);

  test('are seen from their start to their end', async () => {
    await act(enterWorker);
    expect((await look()).workers).toMatchObject([{ ...worker, late: false }]);
    await act(leaveWorker);
    expect((await look()).workers).toEqual([]);
  });

  test('that are silent are late, until the next beat', async () => {
    await act(enterWorker);
    await age(new Date(Date.now() - 120_000).toISOString());
    expect((await look()).workers).toMatchObject([{ late: true }]);
    await act(beat);
    const [seen] = (await look()).workers;
    expect(seen).toMatchObject({ late: false });
    expect(seen?.seenAt.getTime()).toBeGreaterThan(seen?.startedAt.getTime() ?? Number.NaN);
  });

  test('that start under the name of a dead one begin anew', async () => {
    await act(enterWorker);
    await age('2026-01-01T00:00:00Z');
    await act(enterWorker);
    const [seen] = (await look()).workers;
    expect(seen?.startedAt).toEqual(seen?.seenAt);
  });

  test('that were silent for a day are forgotten by any other, and come back with a beat', async () => {
    await act(enterWorker);
    await age(new Date(Date.now() - 25 * 3_600_000).toISOString());
    const other = { service: 'shredder', holder: 'host:2' };
    await world.as('seedlot_shredder').commit('service:shredder', effect => beat(effect, other));
    expect((await look()).workers).toMatchObject([other]);
    await act(beat);
    expect((await look()).workers).toMatchObject([worker, other]);
  });
});
