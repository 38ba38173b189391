import { serviceActor } from '@seedlot/domain';
import { forgetOldAnswers } from '@seedlot/ledger';
import { every, ServiceError } from '@seedlot/service-kit';
import type { FastifyInstance } from 'fastify';
import type { ApiParts } from './door.ts';
import { createServer } from './http/server.ts';
import { Places } from './streams/places.ts';

/** The only address that it ever listens on. */
const LOOPBACK = '127.0.0.1';

const PLACES = { total: 64, each: 8 };

const HOUR_MS = 3_600_000;

/** Milliseconds that requests under way may take at a stop; then their connections are cut. */
const STOP_MS = 5_000;

/** Milliseconds between two looks for connections that have nothing more to do at a stop. */
const REAP_MS = 50;

/** The HTTP API. */
export interface Api {
  /** Listens on the loopback address; port 0 takes a free one. Resolves to the URL. Throws `address_unavailable`. */
  listen(port: number): Promise<string>;
  /** Ends streams, lets other requests finish, and gives back every lease. */
  close(): Promise<void>;
}

export function createApi(parts: ApiParts): Api {
  const stop = new AbortController();
  const downloads = new Set<Promise<void>>();
  const app = createServer({ ...parts, stopping: stop.signal, places: new Places(PLACES), downloads });
  let sweep = Promise.resolve();
  return {
    listen: async port => {
      const url = await app.listen({ host: LOOPBACK, port }).catch(cause => {
        throw new ServiceError('address_unavailable', `cannot listen on ${LOOPBACK}, port ${port}`, {
          cause,
        });
      });
      sweep = every(HOUR_MS, stop.signal, parts.log, () =>
        parts.ledger.commit(serviceActor('api'), forgetOldAnswers),
      );
      return url;
    },
    close: async () => {
      stop.abort();
      await stopListening(app);
      await Promise.all([sweep, ...downloads]);
    },
  };
}

/** A connection that falls idle after the stop would else be kept for its next request. */
async function stopListening(app: FastifyInstance): Promise<void> {
  const reap = setInterval(() => app.server.closeIdleConnections(), REAP_MS);
  const cut = setTimeout(() => app.server.closeAllConnections(), STOP_MS);
  await app.close().finally(() => {
    clearInterval(reap);
    clearTimeout(cut);
  });
}
