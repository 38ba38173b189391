import { randomUUID } from 'node:crypto';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Door } from '../door.ts';
import { addRoutes } from '../handlers/routing.ts';
import { readJsonBody } from '../requests/json-body.ts';
import { BODY_LIMIT } from '../routes/questions.ts';
import { answerBrokenRequest } from './broken-requests.ts';
import { guard } from './guard.ts';
import { refuseUnknown, sendProblem } from './refusals.ts';

/**
 * Milliseconds that a client may take to send a whole request: a factory's report over a slow line takes long. Who has no
 * token is answered before a byte of a body is waited for.
 */
const REQUEST_MS = 15 * 60_000;

/** Milliseconds for the head of a request, token included. */
const HEAD_MS = 30_000;

/** The HTTP server, not yet listening. */
export function createServer(door: Door): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = door.log;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_MS,
    http: { headersTimeout: HEAD_MS },
    exposeHeadRoutes: false,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: sendProblem,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_: FastifyRequest, bytes: Buffer) => readJsonBody(bytes),
  );
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler(refuseUnknown);
  guard(app, door);
  addRoutes(app, door);
  return app;
}
