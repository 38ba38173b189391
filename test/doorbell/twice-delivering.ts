import { randomUUID } from 'node:crypto';
import type { QueueBackend } from '@seedlot/queue';

type JobQueue = QueueBackend['queues']['dispatch'];
type Jobs = Parameters<JobQueue['addBulk']>[0];

/** A queue that delivers every job twice, and to two workers at a time if there are as many. */
export function deliveringTwice(queue: QueueBackend): QueueBackend {
  const doubled = Object.entries(queue.queues).map(([name, each]) => [name, doubling(each)]);
  const queues = Object.fromEntries(doubled) as QueueBackend['queues'];
  return { ...queue, queues };
}

function doubling(queue: JobQueue): JobQueue {
  return {
    addBulk: jobs => queue.addBulk([...jobs, ...jobs.map(withoutMerging)]),
    getJobCounts: (...states) => queue.getJobCounts(...states),
    on: (event, listener) => queue.on(event, listener),
    waitUntilReady: () => queue.waitUntilReady(),
    close: () => queue.close(),
  };
}

/** Deduplication is what keeps jobs of one key apart. */
function withoutMerging({ opts, ...job }: Jobs[number]): Jobs[number] {
  const { deduplication, ...others } = opts;
  return { ...job, opts: { ...others, jobId: randomUUID() } };
}

/** Tells `seen` of every dispatch that begins while another one of the same lot is active. */
export function watchingOverlaps(queue: QueueBackend, active: Set<string>, seen: () => void): QueueBackend {
  return {
    ...queue,
    openWorker: (job, processor, tuning) => {
      if (job !== 'dispatch') return queue.openWorker(job, processor, tuning);
      const watched: typeof processor = async (knock, token, signal) => {
        const { lot } = knock.data;
        if (active.has(lot)) seen();
        active.add(lot);
        await processor(knock, token, signal).finally(() => active.delete(lot));
      };
      return queue.openWorker(job, watched, tuning);
    },
  };
}
