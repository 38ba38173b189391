import type { JobWorker, QueueBackend } from './backend.ts';
import { QueueError } from './errors.ts';
import type { JobName } from './jobs.ts';

const SHORTEST_MS = 100;
const LONGEST_MS = 10_000;

/**
 * Keeps a worker alive through faults of its queue. BullMQ's loop answers a failed fetch (schema gone, connections used
 * up, memory full) by fetching again at once, for ever. So at a fault the worker rests, longer each time, the queue is
 * repaired, and the worker goes on. Jobs that are running meanwhile are not disturbed.
 */
export class FaultRest {
  readonly #worker: JobWorker;
  readonly #backend: QueueBackend;
  readonly #job: JobName;
  #restMs = SHORTEST_MS;
  #lastFault = Number.NEGATIVE_INFINITY;
  #resting = false;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(worker: JobWorker, backend: QueueBackend, job: JobName) {
    this.#worker = worker;
    this.#backend = backend;
    this.#job = job;
    worker.on('error', fault => this.#rest(fault));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #rest(cause: unknown): void {
    if (this.#resting || this.#stopped) return;
    this.#resting = true;
    const restMs = this.#nextRest();
    this.#report(`the worker of ${this.#job} rests ${restMs} ms after a fault`, cause);
    void this.#worker.pause(true);
    this.#timer = setTimeout(() => void this.#goOn(), restMs);
  }

  async #goOn(): Promise<void> {
    const next = await this.#backend.repair().then(
      () => () => this.#worker.resume(),
      fault => () => this.#rest(fault),
    );
    this.#resting = false;
    if (!this.#stopped) await next();
  }

  /** Doubles while faults follow each other, and is short again after a time without any. */
  #nextRest(): number {
    const now = performance.now();
    const calm = now - this.#lastFault > 2 * LONGEST_MS;
    this.#lastFault = now;
    const restMs = calm ? SHORTEST_MS : this.#restMs;
    this.#restMs = Math.min(2 * restMs, LONGEST_MS);
    return restMs;
  }

  #report(message: string, cause: unknown): void {
    this.#backend.report(new QueueError('worker_faulted', message, { cause }));
  }
}
