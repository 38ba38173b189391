import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { QueueBackend } from './backend.ts';
import { QUEUE_OPTIONS, workerOptions } from './bullmq-options.ts';
import { QueueError } from './errors.ts';

export interface RedisQueueOptions {
  /** `redis://user:password@host:port/database`, or `rediss:` for TLS. */
  readonly url: string;
  /** What all keys begin with, so that one Redis can serve several installations. */
  readonly prefix: string;
  /** Told of every fault. */
  readonly report: (fault: QueueError) => void;
}

/**
 * Queues in Redis, which must run with `maxmemory-policy noeviction`. Takes two connections and one more a worker.
 * Throws QueueError 'queue_unreachable'.
 */
export async function createRedisBackend({ url, prefix, report }: RedisQueueOptions): Promise<QueueBackend> {
  // A knock gives up soon, a worker waits for the server to come back for as long as it takes.
  const ringing = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy });
  const listening = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null, retryStrategy });
  const clients = [ringing, listening];
  const disconnect = () => clients.forEach(client => void client.disconnect());
  try {
    await Promise.all(clients.map(connect));
  } catch (cause) {
    disconnect();
    throw unreachable(cause);
  }
  for (const client of clients) client.on('error', cause => report(unreachable(cause)));
  return {
    openQueue: job => {
      const queue = new Queue(job, { ...QUEUE_OPTIONS, connection: ringing, prefix });
      queue.on('error', ignoreReportedAlready);
      return queue;
    },
    openWorker: (job, processor, tuning) => {
      return new Worker(job, processor, { ...workerOptions(tuning), connection: listening, prefix });
    },
    repair: async () => {},
    report,
    close: async () => disconnect(),
  };
}

/** ioredis rejects with "Connection is closed" and tells the reason by an event. */
async function connect(client: Redis): Promise<void> {
  const refused = Promise.withResolvers<never>();
  client.once('error', refused.reject);
  await Promise.race([client.connect(), refused.promise]);
  client.off('error', refused.reject);
}

function retryStrategy(times: number): number {
  return Math.min(100 * times, 5_000);
}

/** The queue emits the errors of the shared client once more. */
function ignoreReportedAlready(): void {}

function unreachable(cause: unknown): QueueError {
  return new QueueError('queue_unreachable', 'the queue in Redis does not answer', { cause });
}
