import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { QueueBackend } from './backend.ts';
import { QUEUE_OPTIONS, workerOptions } from './bullmq-options.ts';
import { QueueError } from './errors.ts';
import { closeQueues, openQueues, type Queues } from './queues.ts';
import { assertUrl } from './url.ts';

export interface RedisQueueOptions {
  /** `redis://user:password@host:port/database`, or `rediss:` for TLS. */
  readonly url: string;
  /** What all keys begin with, so that one Redis can serve several installations. */
  readonly prefix: string;
  /** Told of every fault. */
  readonly report: (fault: QueueError) => void;
}

/**
 * Queues in Redis, which must run with `maxmemory-policy noeviction`. Takes one connection for all knocks and two for each
 * worker. Throws QueueError 'queue_url_malformed', 'queue_unreachable' or 'queue_evicts_jobs'.
 */
export async function createRedisBackend(options: RedisQueueOptions): Promise<QueueBackend> {
  const { url, prefix, report } = options;
  assertUrl(url, ['redis', 'rediss']);
  // A knock gives up soon, a worker waits for the server to come back for as long as it takes.
  const ringing = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy });
  const queues = await openOn(ringing, options).catch(cause => {
    ringing.disconnect();
    throw cause instanceof QueueError ? cause : unreachable(cause);
  });
  return {
    kind: 'redis',
    queues,
    openWorker: (job, processor, tuning) => {
      const listening = new Redis(url, { maxRetriesPerRequest: null, retryStrategy });
      const settings = { ...workerOptions(tuning), connection: listening, prefix };
      return {
        worker: new Worker(job, processor, settings),
        disconnect: () => void listening.disconnect(),
      };
    },
    repair: async () => {},
    report,
    close: async () => {
      await closeQueues(queues);
      ringing.disconnect();
    },
  };
}

async function openOn(client: Redis, { prefix, report }: RedisQueueOptions): Promise<Queues> {
  await connect(client);
  assertKeepsJobs(await client.info('memory'));
  client.on('error', cause => report(unreachable(cause)));
  return openQueues(
    job => new Queue(job, { ...QUEUE_OPTIONS, connection: client, prefix }),
    ignoreReportedAlready,
  );
}

/** ioredis rejects with "Connection is closed" and tells the reason by an event. */
async function connect(client: Redis): Promise<void> {
  const refused = Promise.withResolvers<never>();
  client.once('error', refused.reject);
  await Promise.race([client.connect(), refused.promise]);
  client.off('error', refused.reject);
}

/**
 * A Redis that evicts takes single keys of a job away: not a lost knock, which sweeps make up for, but a queue that may
 * never answer a knock again. INFO tells the policy also where CONFIG is forbidden. https://redis.io/docs/reference/eviction
 */
function assertKeepsJobs(info: string): void {
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy === 'noeviction') return;
  const found = policy === undefined ? 'tells no maxmemory-policy' : `has the maxmemory-policy ${policy}`;
  throw new QueueError('queue_evicts_jobs', `the queue's Redis ${found}; it must be noeviction`);
}

function retryStrategy(times: number): number {
  return Math.min(100 * times, 5_000);
}

/** A queue emits the errors of its client once more. */
function ignoreReportedAlready(): void {}

function unreachable(cause: unknown): QueueError {
  return new QueueError('queue_unreachable', 'the queue in Redis does not answer', { cause });
}
