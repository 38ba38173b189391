import type { JobsOptions, Processor } from 'bullmq';
import type { QueueError } from './errors.ts';
import type { JobName } from './jobs.ts';
import type { Queues } from './queues.ts';

/** BullMQ's names of where a job stands, as far as any job of ours stands there. */
export type CountedState = 'waiting' | 'active' | 'delayed';

export interface WorkerTuning {
  /** Jobs run at a time. */
  readonly concurrency: number;
  /** Milliseconds after which the job of a worker that died is given to another; see `createWorker`. */
  readonly lockMs: number;
}

/** The bell end: adds jobs of one name, and tells how many there are. */
export interface JobQueue {
  addBulk(jobs: { name: string; data: unknown; opts: JobsOptions }[]): Promise<unknown>;
  getJobCounts(...states: CountedState[]): Promise<Partial<Record<string, number>>>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

/** The listening end, as BullMQ has it. */
export interface JobWorker {
  on(event: 'error', listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  run(): Promise<void>;
  pause(doNotWaitActive: boolean): Promise<void>;
  resume(): Promise<void>;
  /** Waits for the server's answers, for as long as those take. */
  close(): Promise<void>;
}

export interface OpenedWorker {
  readonly worker: JobWorker;
  /** Ends its connections, also when the server does not answer. */
  readonly disconnect: () => void;
}

/** A queueing technology, connected. Made by `createPostgresBackend` and `createRedisBackend`. */
export interface QueueBackend {
  readonly kind: 'postgresql' | 'redis';
  readonly queues: Queues;
  /** A worker that does not run yet. */
  readonly openWorker: (job: JobName, processor: Processor, tuning: WorkerTuning) => OpenedWorker;
  /** Makes whatever a wiped queue lacks; called after faults, before the next try. Throws QueueError. */
  readonly repair: () => Promise<void>;
  /** Every fault goes here: none is thrown into a service, none is swallowed. */
  readonly report: (fault: QueueError) => void;
  /** Ends the connections of all doorbells; close workers first. */
  readonly close: () => Promise<void>;
}
