import { createDoorbell, createPostgresBackend, type Doorbell, type QueueBackend } from '@seedlot/queue';
import type { Lifetime, Log } from '@seedlot/service-kit';
import type { Logins } from './databases.ts';

export interface OpenQueue {
  readonly backend: QueueBackend;
  readonly doorbell: Doorbell;
}

/** The queue on the same PostgreSQL server, in a database of its own that may be emptied at any time. */
export async function openQueue(life: Lifetime, logins: Logins, log: Log): Promise<OpenQueue> {
  const backend = await createPostgresBackend({
    url: logins.url('seedlot_queue'),
    schema: 'queue',
    report: fault => {
      // While the process ends, a connection that is cut is no news.
      if (!life.signal.aborted) log.warn({ code: fault.code, err: fault }, 'the queue faltered');
    },
  });
  life.onEnd('queue', () => backend.close());
  return { backend, doorbell: createDoorbell(backend) };
}
