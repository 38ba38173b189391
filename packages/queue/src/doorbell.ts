import { randomUUID } from 'node:crypto';
import type { QueueBackend } from './backend.ts';
import { jobOptions } from './bullmq-options.ts';
import { QueueError } from './errors.ts';
import { errand, type JobData, type JobName } from './jobs.ts';
import { orRepaired } from './or-repaired.ts';

/**
 * Tells workers to look. Called after a commit, so it never turns a success into a failure: a knock that cannot be
 * delivered is reported to the backend's `report` and answered with false, and the sweep of the service that is meant
 * finds the work anyway.
 */
export interface Doorbell {
  /**
   * Adds a job; merged with one of the same key that waits, repeated after one that is active.
   * Throws QueueError 'job_data_invalid' for data that is no such job's.
   */
  knock<Name extends JobName>(job: Name, data: JobData<Name>): Promise<boolean>;
  /** The same for many at once, all or none. */
  knockAll<Name extends JobName>(job: Name, data: readonly JobData<Name>[]): Promise<boolean>;
}

export function createDoorbell(backend: QueueBackend): Doorbell {
  async function ring(job: JobName, knocks: { data: unknown; key: string }[]): Promise<void> {
    const added = knocks.map(({ data, key }) => ({ name: job, data, opts: jobOptions(randomUUID(), key) }));
    await backend.queues[job].addBulk(added);
  }

  async function knockAll<Name extends JobName>(job: Name, data: readonly JobData<Name>[]): Promise<boolean> {
    const knocks = data.map(each => errand(job, each));
    if (knocks.length === 0) return true;
    try {
      await orRepaired(backend, () => ring(job, knocks));
      return true;
    } catch (cause) {
      backend.report(new QueueError('queue_unreachable', `a knock for ${job} was not delivered`, { cause }));
      return false;
    }
  }

  return { knock: (job, data) => knockAll(job, [data]), knockAll };
}
