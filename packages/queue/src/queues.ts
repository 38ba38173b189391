import type { JobQueue } from './backend.ts';
import type { JobName } from './jobs.ts';

export type Queues = Readonly<Record<JobName, JobQueue>>;

/**
 * Opens the queues of all jobs, and returns when all are ready: BullMQ keeps the outcome of a queue's first contact with
 * its server for ever, so that one opened by a knock during an outage would fail until the process ends.
 */
export async function openQueues(
  open: (job: JobName) => JobQueue,
  onError: (error: Error) => void,
): Promise<Queues> {
  const queues = {
    generate: open('generate'),
    dispatch: open('dispatch'),
    report: open('report'),
    export: open('export'),
    publish: open('publish'),
    shred: open('shred'),
  };
  for (const queue of Object.values(queues)) queue.on('error', onError);
  await Promise.all(Object.values(queues).map(queue => queue.waitUntilReady()));
  return queues;
}

export async function closeQueues(queues: Queues): Promise<void> {
  await Promise.all(Object.values(queues).map(queue => queue.close()));
}
