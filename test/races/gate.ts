import type { ObjectStore } from '@seedlot/object-store';
import type { Pool } from 'pg';
import { storeWith } from '../world/store-with.ts';
import type { Ports } from '../world/workers.ts';

/**
 * Stops a process at one of its calls, as a debugger, a swapped-out machine or a slow disk does, and lets it go on when
 * the world has changed. It stops between transactions only: within one, others wait for its locks.
 */
export class Gate {
  readonly #at: number;
  readonly #reached = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();
  #calls = 0;

  /** @param at the number of the call before which the process stops, from 1 */
  constructor(at: number) {
    this.#at = at;
  }

  get wasReached(): boolean {
    return this.#calls >= this.#at;
  }

  async pass(): Promise<void> {
    this.#calls += 1;
    if (this.#calls !== this.#at) return;
    this.#reached.resolve();
    await this.#opened.promise;
  }

  /** Lets `work` run up to the gate, then `meanwhile`, then the rest of `work`; resolves to how that failed. */
  async during(work: Promise<void>, meanwhile: () => Promise<void>): Promise<unknown> {
    const outcome = work.then(
      () => null,
      (fault: unknown) => fault,
    );
    await Promise.race([this.#reached.promise, outcome]);
    if (this.wasReached) await meanwhile();
    this.#opened.resolve();
    return outcome;
  }
}

export function gatedPorts(ports: Ports, gate: Gate): Ports {
  return {
    ...ports,
    pool: role => gatedPool(ports.pool(role), gate),
    objects: gatedStore(ports.objects, gate),
  };
}

function gatedPool(pool: Pool, gate: Gate): Pool {
  return new Proxy(pool, {
    get(target, name) {
      if (name === 'connect') return () => gate.pass().then(() => target.connect());
      const own = Reflect.get(target, name);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
}

function gatedStore(store: ObjectStore, gate: Gate): ObjectStore {
  return storeWith(store, {
    put: async (name, source, options) => {
      await gate.pass();
      return store.put(name, gatedStream(source, gate), options);
    },
    delete: name => gate.pass().then(() => store.delete(name)),
  });
}

async function* gatedStream(source: AsyncIterable<Uint8Array>, gate: Gate): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    await gate.pass();
    yield chunk;
  }
}
