import type { JobsOptions } from 'bullmq';
import type { WorkerTuning } from './backend.ts';

/** Nothing reads the events of a queue: state is in the database. */
export const QUEUE_OPTIONS = { streams: { events: { maxLen: 100 } } };

/** Milliseconds between tries to reach a server that refuses connections. */
const RECONNECT_MS = 5_000;

/**
 * Options of a job with the deduplication key `key`.
 *
 * A finished job is removed: one that were kept would swallow later knocks with its id. No id is derived from the key
 * for the same reason: BullMQ ignores an add with the id of an active job. Deduplication merges knocks while a job
 * waits; with `keepLastIfActive` a knock during the job becomes one new job when that ends.
 *
 * Attempts are few, since sweeps knock again. Nothing of an error is kept but a fixed message: a queue is in clear.
 */
export function jobOptions(jobId: string, key: string): JobsOptions {
  return {
    jobId,
    deduplication: { id: key, keepLastIfActive: true },
    removeOnComplete: true,
    removeOnFail: true,
    attempts: 3,
    backoff: { type: 'exponential', delay: 500 },
    stackTraceLimit: 0,
  };
}

/** `autorun` off: a worker that runs before its schema is there spins without end. */
export function workerOptions({ concurrency, lockMs }: WorkerTuning) {
  return {
    autorun: false,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    runRetryDelay: RECONNECT_MS,
  };
}
