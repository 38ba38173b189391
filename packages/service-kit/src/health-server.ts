import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { ServiceError } from './errors.ts';
import type { Service } from './lifetime.ts';

export interface HealthServerOptions {
  /** An address of the inner network: whoever can connect learns which parts work. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** What must work for the process to do its work; each throws when it does not. */
  readonly checks: Readonly<Record<string, () => Promise<unknown>>>;
}

/** A Service that knows its address once it is started. */
export interface HealthServer extends Service {
  readonly url: string;
}

const CHECK_MS = 2_000;

/**
 * Answers GET /healthz with 200 as long as the process lives, and GET /readyz with 200 when all checks pass, else 503,
 * and a JSON object of check -> "ok" or "failed". Reasons are in the log, not here. Nothing else is answered.
 */
export function createHealthServer({ host, port, checks }: HealthServerOptions): HealthServer {
  const server = createServer({ requestTimeout: 5_000, keepAliveTimeout: 1_000 }, (request, response) => {
    answer(request, response, checks).catch(() => response.destroy());
  });
  return {
    name: 'health server',
    get url() {
      return urlOf(server, host);
    },
    start: () => listen(server, host, port),
    stop: async () => {
      server.closeAllConnections();
      await new Promise(closed => server.close(closed));
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port });
  await once(server, 'listening').catch(cause => {
    throw new ServiceError('address_unavailable', `cannot listen on ${host}, port ${port}`, { cause });
  });
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  checks: HealthServerOptions['checks'],
): Promise<void> {
  const route = `${request.method} ${request.url}`;
  if (route === 'GET /healthz') return send(response, 200, { process: 'ok' });
  if (route !== 'GET /readyz') return send(response, 404, {});
  const results = await runChecks(checks);
  send(response, Object.values(results).every(result => result === 'ok') ? 200 : 503, results);
}

type CheckResult = 'ok' | 'failed';

async function runChecks(checks: HealthServerOptions['checks']): Promise<Record<string, CheckResult>> {
  const results = Object.entries(checks).map(async ([name, check]) => [name, await runCheck(check)] as const);
  return Object.fromEntries(await Promise.all(results));
}

async function runCheck(check: () => Promise<unknown>): Promise<CheckResult> {
  const result = (async () => check())().then((): CheckResult => 'ok');
  return Promise.race([result, pause(CHECK_MS, 'failed' as const, { ref: false })]).catch(() => 'failed');
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
