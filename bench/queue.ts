import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseUrl } from '@seedlot/database';
import { startPostgres } from '@seedlot/embedded/postgres';
import {
  createDoorbell,
  createPostgresBackend,
  createRedisBackend,
  createWorker,
  type QueueBackend,
} from '@seedlot/queue';
import { RedisServer } from '@seedlot/queue/testing';
import { inAlternation, ratios, spread, type Table } from './rounds.ts';
import type { Scale } from './scale.ts';

/** Knocks of one call, as a sweep makes them. */
const BATCH = 500;

const CONCURRENCY = 20;

/** Jobs per second from the knock to the end of a handler that does nothing: one process knocks and answers. */
export async function run({ rounds, jobs }: Scale): Promise<Table> {
  await using opened = new AsyncDisposableStack();
  const [redis, postgres] = [await openRedis(opened), await openPostgres(opened)];
  const results = await inAlternation(
    { redis: () => rate(redis, jobs), postgres: () => rate(postgres, jobs) },
    rounds,
  );
  const rival = results.get('postgres');
  return {
    title: `Jobs per second from knock to look, ${jobs.toLocaleString('en')} jobs, ${CONCURRENCY} at a time`,
    columns: ['queue', 'jobs/s', 'times PostgreSQL'],
    rows: [
      ['Redis', spread(results.get('redis')), ratios(results.get('redis'), rival)],
      ['PostgreSQL', spread(rival), 1],
    ],
  };
}

/** The one of REDIS_URL, or else `redis-server` of this machine, which keeps nothing on its disk. */
async function openRedis(opened: AsyncDisposableStack): Promise<QueueBackend> {
  const url = process.env.REDIS_URL || opened.use(await RedisServer.start('redis-server')).url;
  const backend = await createRedisBackend({ url, prefix: 'seedlot-bench', report });
  opened.defer(() => backend.close());
  return backend;
}

async function openPostgres(opened: AsyncDisposableStack): Promise<QueueBackend> {
  const folder = await mkdtemp(join(tmpdir(), 'seedlot-bench-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const postgres = await startPostgres({ folder: join(folder, 'postgres') });
  opened.defer(() => postgres.stop());
  const url = databaseUrl(postgres, 'postgres');
  const backend = await createPostgresBackend({ url, schema: 'queue', report });
  opened.defer(() => backend.close());
  return backend;
}

async function rate(backend: QueueBackend, jobs: number): Promise<number> {
  const done = Promise.withResolvers<void>();
  let answered = 0;
  const answer = async () => {
    if (++answered === jobs) done.resolve();
  };
  const worker = await createWorker(backend, 'dispatch', answer, { concurrency: CONCURRENCY });
  const start = performance.now();
  await Promise.all([knock(backend, jobs), done.promise]);
  const seconds = (performance.now() - start) / 1000;
  await worker.close();
  return jobs / seconds;
}

async function knock(backend: QueueBackend, jobs: number): Promise<void> {
  const doorbell = createDoorbell(backend);
  const lots = Array.from({ length: jobs }, (_, i) => ({ lot: `L${i}` }));
  for (let at = 0; at < jobs; at += BATCH) await doorbell.knockAll('dispatch', lots.slice(at, at + BATCH));
}

/** A figure from a queue that falters would be none. */
function report(fault: Error): void {
  throw fault;
}
