import type { FastifyInstance } from 'fastify';
import type { Door } from '../door.ts';
import { authenticate, authorize } from '../requests/authentication.ts';

/** For answers that a browser should never meet: it may neither guess a type, keep, frame nor load anything. */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Stands before every route, and before the answer that there is none: no body is read, and nothing is told of what
 * exists, before the token is known and its holder may pass.
 */
export function guard(app: FastifyInstance, door: Door): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
    const { route } = request.routeOptions.config;
    if (route?.kind === 'probe') return;
    request.caller = await authenticate(door.ledger, request.headers.authorization);
    if (route !== undefined) authorize(request.caller, route.who);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { route } = request.routeOptions.config;
    request.log.info(
      {
        method: request.method,
        route: route?.path ?? null,
        status: reply.statusCode,
        actor: request.caller?.actor ?? null,
        ms: Math.round(reply.elapsedTime),
      },
      'answered',
    );
  });
}
