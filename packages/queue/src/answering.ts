import { type Job, WaitingError } from 'bullmq';
import type { QueueBackend } from './backend.ts';
import { QueueError } from './errors.ts';
import { errand, type JobData, type JobName } from './jobs.ts';

/**
 * Looks for what is due and does it. It is called at least once after a knock, perhaps more often and, after a worker was
 * taken for dead, perhaps twice at a time: it is idempotent. When `signal` aborts it stops at its next safe point by
 * throwing, and its job is given back. Any other throw is a failed attempt; attempts are few, a sweep knocks again later.
 */
export type Handler<Name extends JobName> = (data: JobData<Name>, signal: AbortSignal) => Promise<void>;

/** The calls of one worker's handler, from its first knock to its end. */
export class Answering<Name extends JobName> {
  readonly #backend: QueueBackend;
  readonly #job: Name;
  readonly #handler: Handler<Name>;
  readonly #ending = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(backend: QueueBackend, job: Name, handler: Handler<Name>) {
    this.#backend = backend;
    this.#job = job;
    this.#handler = handler;
  }

  /** Throws what BullMQ is to know of a call's end. */
  async answer(knock: Job, token: string | undefined): Promise<void> {
    if (this.#ending.signal.aborted) return giveBack(knock, token);
    const data = this.#dataOf(knock);
    if (data === null) return;
    const call = this.#call(data);
    this.#running.add(call);
    try {
      await call;
    } catch (cause) {
      if (this.#ending.signal.aborted) return giveBack(knock, token);
      this.#backend.report(new QueueError('handler_failed', `the handler of ${this.#job} failed`, { cause }));
      // A queue keeps a job's error in clear, so it never sees the real one.
      throw new Error('the handler failed');
    } finally {
      this.#running.delete(call);
    }
  }

  /** Aborts the handlers' signal and waits for their ends, good or bad. */
  async end(): Promise<void> {
    this.#ending.abort(new Error(`the worker of ${this.#job} closes`));
    await Promise.allSettled(this.#running);
  }

  /** A handler that throws before it returns a promise fails like any other. */
  async #call(data: JobData<Name>): Promise<void> {
    await this.#handler(data, this.#ending.signal);
  }

  /** Null for what is no errand of this job, and no later try would make one: somebody else writes to the queue. */
  #dataOf(knock: Job): JobData<Name> | null {
    try {
      return errand(this.#job, knock.data).data;
    } catch (fault) {
      if (!(fault instanceof QueueError)) throw fault;
      this.#backend.report(fault);
      return null;
    }
  }
}

/** Back to the waiting ones, without counting as an attempt. */
async function giveBack(knock: Job, token: string | undefined): Promise<never> {
  await knock.moveToWait(token);
  throw new WaitingError();
}
