import { ServiceError } from './errors.ts';

/** A part of a process that runs until it is stopped. */
export interface Service {
  readonly name: string;
  /** Returns when the part works; throws when it cannot, having left nothing running. */
  start(): Promise<void>;
  /** Returns when nothing of it runs any more. Not called before `start` returned, and once. */
  stop(): Promise<void>;
}

interface Part {
  readonly name: string;
  readonly stop: () => Promise<unknown> | unknown;
}

/** What one process has opened and started, and how it is ended: in reverse order. */
export class Lifetime {
  readonly #ending = new AbortController();
  readonly #parts: Part[] = [];
  #waitingFor = '';

  /** Aborted when the process is to end: long work stops at its next safe point. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Starts `service` and stops it at the end; throws the signal's reason when that has come already. */
  async start(service: Service): Promise<void> {
    this.signal.throwIfAborted();
    await service.start();
    this.onEnd(service.name, () => service.stop());
  }

  /** Calls `stop` at the end: for pools, backends, stores. */
  onEnd(name: string, stop: () => Promise<unknown> | unknown): void {
    this.#parts.push({ name, stop });
  }

  /**
   * Aborts the signal, waits until `start` has settled, so that no part comes to life behind its back, and stops all
   * parts, last started first, each also when others fail. Throws 'stop_overdue' when that took longer than `withinMs`,
   * naming what is waited for, or 'stop_failed' with the first failure.
   */
  async end(withinMs: number, start: Promise<unknown> = Promise.resolve()): Promise<void> {
    this.#ending.abort(new Error('the process ends'));
    this.#waitingFor = 'the start';
    const stopping = start.catch(() => undefined).then(() => this.#stopAll());
    const overdue = Promise.withResolvers<never>();
    const timer = setTimeout(() => overdue.reject(this.#overdue(withinMs)), withinMs);
    try {
      await Promise.race([stopping, overdue.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #stopAll(): Promise<void> {
    const faults: ServiceError[] = [];
    for (let part = this.#parts.pop(); part !== undefined; part = this.#parts.pop()) {
      const { name, stop } = part;
      this.#waitingFor = name;
      await Promise.resolve()
        .then(stop)
        .catch(cause => faults.push(new ServiceError('stop_failed', `stopping ${name} failed`, { cause })));
    }
    if (faults[0] !== undefined) throw faults[0];
  }

  #overdue(withinMs: number): ServiceError {
    return new ServiceError('stop_overdue', `${this.#waitingFor} did not end within ${withinMs} ms`);
  }
}
