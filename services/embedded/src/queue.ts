import {
  createDoorbell,
  createPostgresBackend,
  createRedisBackend,
  type Doorbell,
  type QueueBackend,
  type QueueError,
} from '@seedlot/queue';
import type { Lifetime, Log } from '@seedlot/service-kit';
import type { Logins } from './databases.ts';
import type { Folders } from './folders.ts';

export interface OpenQueue {
  readonly backend: QueueBackend;
  readonly doorbell: Doorbell;
}

export interface QueueOptions {
  readonly folders: Pick<Folders, 'installation'>;
  readonly log: Log;
  readonly redis: string | undefined;
}

/**
 * The queue on a Redis that somebody runs, under keys of this installation, or else on the same PostgreSQL server in a
 * database of its own. Either may be emptied at any time.
 */
export async function openQueue(life: Lifetime, logins: Logins, options: QueueOptions): Promise<OpenQueue> {
  const { folders, log, redis } = options;
  const report = (fault: QueueError) => {
    // While the process ends, a connection that is cut is no news.
    if (!life.signal.aborted) log.warn({ code: fault.code, err: fault }, 'the queue faltered');
  };
  const backend = await (redis === undefined
    ? createPostgresBackend({ url: logins.url('seedlot_queue'), schema: 'queue', report })
    : createRedisBackend({ url: redis, prefix: `seedlot-${folders.installation}`, report }));
  life.onEnd('queue', () => backend.close());
  return { backend, doorbell: createDoorbell(backend) };
}
