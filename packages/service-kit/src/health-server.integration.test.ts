import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHealthServer, type HealthServer } from './health-server.ts';

describe('the health server', () => {
  let server: HealthServer;
  afterEach(() => server.stop());

  async function start(checks: Record<string, () => Promise<unknown>> = {}): Promise<void> {
    server = createHealthServer({ host: '127.0.0.1', port: 0, checks });
    await server.start();
  }

  async function get(path: string, method = 'GET'): Promise<[number, unknown]> {
    const response = await fetch(`${server.url}${path}`, { method });
    return [response.status, await response.json()];
  }

  it('says that the process lives whatever its checks say', async () => {
    await start({ database: () => Promise.reject(new Error('no')) });
    expect(await get('/healthz')).toEqual([200, { process: 'ok' }]);
  });

  it('is ready when all checks pass', async () => {
    await start({ database: async () => 1, queue: async () => {} });
    expect(await get('/readyz')).toEqual([200, { database: 'ok', queue: 'ok' }]);
  });

  it('is not ready when one fails, throws or hangs, and gives no reason', async () => {
    await start({
      database: async () => 1,
      queue: () => Promise.reject(new Error('password hunter2 refused')),
      slot: () => {
        throw new Error('hunter2');
      },
      store: () => new Promise(() => {}),
    });
    const [status, body] = await get('/readyz');
    expect(status).toBe(503);
    expect(body).toEqual({ database: 'ok', queue: 'failed', slot: 'failed', store: 'failed' });
  });

  it.each([
    ['/', 'GET'],
    ['/metrics', 'GET'],
    ['/readyz', 'POST'],
    ['/healthz/../readyz?x', 'GET'],
  ])('answers %s by %s with nothing', async (path, method) => {
    await start();
    expect(await get(path, method)).toEqual([404, {}]);
  });

  it('stops although somebody holds a connection open', async () => {
    await start();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => {});
    await new Promise(connected => socket.once('connect', connected));
    const { url } = server;
    await server.stop();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
    await start();
  });

  it('refuses an address that is taken', async () => {
    await start();
    const port = Number(new URL(server.url).port);
    const second = createHealthServer({ host: '127.0.0.1', port, checks: {} });
    await expect(second.start()).rejects.toMatchObject({ name: 'ServiceError', code: 'address_unavailable' });
  });
});
