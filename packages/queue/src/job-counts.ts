import type { CountedState, JobQueue, QueueBackend } from './backend.ts';
import { QueueError } from './errors.ts';
import type { JobName } from './jobs.ts';
import { orRepaired } from './or-repaired.ts';

/** Jobs that wait for a worker, that one has, and that wait for their next attempt. */
export type JobCounts = Readonly<Record<CountedState, number>>;

export type QueueCounts = Readonly<Record<JobName, JobCounts>>;

/**
 * How many jobs there are of each name. This says how busy the workers are, not what is due: a knock may be lost, and
 * knocks with one key are one job. Throws QueueError 'queue_unreachable'.
 */
export async function countJobs(backend: QueueBackend): Promise<QueueCounts> {
  try {
    return await orRepaired(backend, () => countAll(backend.queues));
  } catch (cause) {
    throw new QueueError('queue_unreachable', 'the jobs of the queue cannot be counted', { cause });
  }
}

async function countAll(queues: QueueBackend['queues']): Promise<QueueCounts> {
  const names = Object.keys(queues) as JobName[];
  const counted = names.map(async name => [name, await countJobsOf(queues[name])] as const);
  return Object.fromEntries(await Promise.all(counted)) as QueueCounts;
}

async function countJobsOf(queue: JobQueue): Promise<JobCounts> {
  const { waiting = 0, active = 0, delayed = 0 } = await queue.getJobCounts('waiting', 'active', 'delayed');
  return { waiting, active, delayed };
}
