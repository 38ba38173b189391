import type { Pool, PoolClient } from 'pg';
import type { Tripwire } from './tripwire.ts';

/**
 * Connections whose statements can be harmed. A harmed connection is broken, as a network leaves it: what it had not
 * committed is rolled back by the server.
 */
export function harmedPool(pool: Pool, wire: Tripwire): Pool {
  return withMethods(pool, {
    connect: async () => {
      if (wire.isDead) return wire.forever();
      return harmedClient(await pool.connect(), wire);
    },
  });
}

function harmedClient(client: PoolClient, wire: Tripwire): PoolClient {
  let state: 'whole' | 'broken' | 'released' = 'whole';
  const release = (broken: boolean) => {
    if (state !== 'released') client.release(broken);
    state = 'released';
  };
  if (wire.isDead) release(true);
  else wire.onDeath(() => release(true));
  return withMethods(client, {
    query: async (...statement: [string, unknown[]]) => {
      if (state !== 'whole') throw new Error('the connection is closed');
      try {
        const doing = statement[0] === 'commit' ? 'effect' : 'look';
        return await wire.around(doing, () => client.query(...statement).catch(passOn));
      } catch (fault) {
        if (!(fault instanceof Answer)) state = 'broken';
        throw fault instanceof Answer ? fault.cause : fault;
      }
    },
    release: (discarded?: boolean) => release(discarded === true || state === 'broken'),
  });
}

/** An error that the server itself has answered leaves the connection whole. */
class Answer extends Error {}

function passOn(cause: unknown): never {
  throw new Answer('the server refuses', { cause });
}

function withMethods<T extends object>(target: T, methods: object): T {
  return new Proxy(target, {
    get(_, name) {
      const own = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
}
