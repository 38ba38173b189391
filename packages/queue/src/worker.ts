import { type Job, WaitingError } from 'bullmq';
import type { QueueBackend } from './backend.ts';
import { QueueError } from './errors.ts';
import { FaultRest } from './fault-rest.ts';
import { errand, type JobData, type JobName } from './jobs.ts';

/**
 * Looks for what is due and does it. It is called at least once a knock, perhaps more often and perhaps twice at a time,
 * so it is idempotent. Called with `signal` aborted or abort coming, it stops at the next safe point by throwing: its
 * job is given back. Any other throw is a failed attempt; attempts are few, and a sweep knocks again later.
 */
export type Handler<Name extends JobName> = (data: JobData<Name>, signal: AbortSignal) => Promise<void>;

export interface JobListener {
  /** Takes no further job, aborts the handlers' signal, waits for them, and gives back what they did not finish. */
  close(): Promise<void>;
}

export interface WorkerSettings {
  /** Jobs at a time; 1 where left out. */
  readonly concurrency?: number;
  /**
   * Milliseconds that a job stays with a worker that does not answer, 30,000 where left out: the time after which the
   * job of a killed process goes to another, within twice as much.
   */
  readonly lockMs?: number;
}

/** Starts to answer knocks for `job`. Throws QueueError 'queue_unreachable' when the queue is not there at the start. */
export async function createWorker<Name extends JobName>(
  backend: QueueBackend,
  job: Name,
  handler: Handler<Name>,
  { concurrency = 1, lockMs = 30_000 }: WorkerSettings = {},
): Promise<JobListener> {
  const closing = new AbortController();
  const answer = (knock: Job, token?: string) =>
    answerKnock(backend, job, handler, knock, token, closing.signal);
  const worker = backend.openWorker(job, answer, { concurrency, lockMs });
  const rest = new FaultRest(worker, backend, job);
  await worker.waitUntilReady();
  worker.run().catch(cause => {
    backend.report(new QueueError('worker_faulted', `the worker of ${job} ended`, { cause }));
  });
  return {
    close: async () => {
      rest.stop();
      closing.abort(new Error('the worker closes'));
      await worker.close();
    },
  };
}

async function answerKnock<Name extends JobName>(
  backend: QueueBackend,
  job: Name,
  handler: Handler<Name>,
  knock: Job,
  token: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  try {
    await handler(errand(job, knock.data).data, signal);
  } catch (cause) {
    if (signal.aborted) return giveBack(knock, token);
    backend.report(failure(job, cause));
    // The queue keeps a job's error in clear, so it never sees the real one.
    throw new Error('the handler failed');
  }
}

/** Back to the waiting ones, without counting as an attempt. */
async function giveBack(knock: Job, token: string | undefined): Promise<never> {
  await knock.moveToWait(token);
  throw new WaitingError();
}

function failure(job: JobName, cause: unknown): QueueError {
  if (cause instanceof QueueError) return cause;
  return new QueueError('handler_failed', `the handler of ${job} failed`, { cause });
}
