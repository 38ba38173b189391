import { Answering, type Handler } from './answering.ts';
import type { QueueBackend } from './backend.ts';
import { QueueError } from './errors.ts';
import { FaultRest } from './fault-rest.ts';
import type { JobName } from './jobs.ts';
import { within } from './within.ts';

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

const START_MS = 10_000;
/** For the queue's part of it; handlers take the time they take. */
const CLOSE_MS = 5_000;

/** Starts to answer knocks for `job`. Throws QueueError 'queue_unreachable' when the queue is not there at the start. */
export async function createWorker<Name extends JobName>(
  backend: QueueBackend,
  job: Name,
  handler: Handler<Name>,
  { concurrency = 1, lockMs = 30_000 }: WorkerSettings = {},
): Promise<JobListener> {
  const answering = new Answering(backend, job, handler);
  const tuning = { concurrency, lockMs };
  const { worker, disconnect } = backend.openWorker(
    job,
    (knock, token) => answering.answer(knock, token),
    tuning,
  );
  const rest = new FaultRest(worker, backend, job);
  const fault = (message: string, cause: unknown) => new QueueError('worker_faulted', message, { cause });

  async function close(): Promise<void> {
    rest.stop();
    const closed = worker.close();
    await answering.end();
    await within(CLOSE_MS, closed).catch(cause =>
      backend.report(fault(`the worker of ${job} did not close`, cause)),
    );
    disconnect();
  }

  await within(START_MS, worker.waitUntilReady()).catch(async cause => {
    await close();
    throw new QueueError('queue_unreachable', `the worker of ${job} cannot reach its queue`, { cause });
  });
  worker.run().catch(cause => backend.report(fault(`the worker of ${job} ended`, cause)));
  return { close };
}
