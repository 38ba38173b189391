import { ROLES } from '@seedlot/domain';
import { afterAll, describe, expect, test } from 'vitest';
import { methodsOf, type Party, type Route } from '../routes/route.ts';
import { ROUTES } from '../routes/table.ts';
import { Places } from '../streams/places.ts';
import { call } from '../testing/client.ts';
import { createTestApi } from '../testing/test-api.ts';
import { createServer } from './server.ts';

const api = await createTestApi();
afterAll(() => api.close());

const PARTIES: readonly Party[] = [...ROLES, 'factory', 'customer'];
const ALL = Object.values<Route>(ROUTES);
const GUARDED = ALL.flatMap(route => (route.kind === 'probe' ? [] : [route]));

/** Whether a route answers at the path of another, as `/v1/serials/:serial` does at `/v1/serials/void`. */
function answers(route: Route, path: string): boolean {
  return new RegExp(`^${route.path.replace(/:\w+/g, '[^/]+')}$`).test(path);
}

/** A path of this route at which nothing is. */
function pathOf(route: Route): string {
  return route.path.replace(/:\w+/g, 'nothing-here');
}

test('the running server has the routes of the table and no other', async () => {
  const door = {
    ...api.parts,
    stopping: new AbortController().signal,
    places: new Places({ total: 1, each: 1 }),
  };
  const app = createServer({ ...door, downloads: new Set() });
  await app.ready();
  const known = ALL.flatMap(route => methodsOf(route).map(method => `${method} ${route.path}`));
  expect(served(app.printRoutes({ commonPrefix: false }))).toEqual(known.sort());
  await app.close();
});

/** `GET /v1/lots/:lot` for each line of the tree that the router prints, four characters of indent a level. */
function served(tree: string): string[] {
  const parents: string[] = [];
  return tree
    .split('\n')
    .flatMap(line => {
      const [, indent = '', path = '', methods = ''] = /^([│├└─ ]*)(\S+) \((.*)\)$/.exec(line) ?? [];
      const depth = indent.length / 4;
      parents.splice(depth - 1, parents.length, path);
      return methods === '' ? [] : methods.split(', ').map(method => `${method} ${parents.join('')}`);
    })
    .sort();
}

describe.each(GUARDED)('$method $path', route => {
  const request = `${route.method} ${pathOf(route)}`;

  test('asks for a token', async () => {
    const reply = await call(api.url, request);
    expect(reply).toMatchObject({ status: 401, json: { code: 'token_missing' } });
    expect(reply.headers.get('www-authenticate')).toBe('Bearer realm="seedlot"');
  });

  test.each(PARTIES)('as %s', async party => {
    const headers = route.kind === 'upload' ? { 'content-type': route.media } : {};
    const reply = await call(api.url, request, { token: api.tokens[party], headers });
    if (route.who.includes(party)) expect([200, 404, 422]).toContain(reply.status);
    else expect(reply).toMatchObject({ status: 403, json: { code: 'role_refused' } });
  });

  test('knows no other method', async () => {
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter(
      method => !ALL.some(other => answers(other, route.path) && other.method === method),
    );
    for (const method of others) {
      const reply = await call(api.url, `${method} ${pathOf(route)}`, { token: api.tokens.admin });
      expect(reply).toMatchObject({ status: 405, json: { code: 'method_not_allowed' } });
      expect(reply.headers.get('allow')).toContain(route.method);
    }
  });
});

test.each(['/healthz', '/readyz'])('%s needs no token', async path => {
  expect(await call(api.url, `GET ${path}`)).toMatchObject({ status: 200 });
});

describe('a path that is no route', () => {
  test.each([
    '/',
    '/v1/',
    '/v1/nothing',
    '/V1',
    '/v1/lots/lot-000001/',
    '/v1//lots',
    '/admin',
    '/v1/lots/a/b/c',
  ])('%s is told only to somebody with a token', async path => {
    expect(await call(api.url, `GET ${path}`)).toMatchObject({ status: 401 });
    const reply = await call(api.url, `GET ${path}`, { token: api.tokens.admin });
    expect(reply).toMatchObject({ status: 404, json: { code: 'route_unknown' } });
  });
});

test('every answer tells browsers to keep, guess and load nothing, and no product', async () => {
  for (const request of ['GET /healthz', 'GET /v1', 'GET /nothing', 'POST /v1/orders', 'DELETE /v1']) {
    const { headers } = await call(api.url, request, { token: api.tokens.admin });
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null]);
  }
});

test('HEAD answers like GET, without a body', async () => {
  const get = await call(api.url, 'GET /v1/products', { token: api.tokens.ops });
  const head = await call(api.url, 'HEAD /v1/products', { token: api.tokens.ops });
  expect(head).toMatchObject({ status: 200, text: '' });
  expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
});

test('it listens on the loopback address alone', () => {
  expect(new URL(api.url).hostname).toBe('127.0.0.1');
});
