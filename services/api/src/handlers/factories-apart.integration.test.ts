import { afterAll, describe, expect, test } from 'vitest';
import { call, type Reply } from '../testing/client.ts';
import { dispatch, place } from '../testing/lots.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());

const dispatched = await dispatch(api, { factory: 'acme' });
const ordered = await place(api, 'acme');

/** What tells one answer from another: everything but the id of the request and the name that was asked for. */
async function told(request: string, lot: string, token: string): Promise<string> {
  const reply = await call(api.url, request.replace('LOT', lot), { token, body: { sha256: '0'.repeat(64) } });
  return `${reply.status} ${reply.text.replace(/"requestId":"[^"]*"/, '').replaceAll(lot, 'LOT')}`;
}

describe("another factory's lot is as if it did not exist", () => {
  const requests = [
    'GET /v1/lots/LOT',
    'GET /v1/lots/LOT/events',
    'GET /v1/lots/LOT/file',
    'HEAD /v1/lots/LOT',
    'HEAD /v1/lots/LOT/file',
    'HEAD /v1/lots/LOT/events',
    'POST /v1/lots/LOT/receipt',
  ];

  test.each(requests)('%s', async request => {
    const absent = await told(request, 'lot-999999', api.tokens.otherFactory);
    expect(absent).toMatch(/^404 /);
    expect(await told(request, dispatched.lot, api.tokens.otherFactory)).toBe(absent);
    expect(await told(request, ordered.lot, api.tokens.otherFactory)).toBe(absent);
    expect(await told(request, dispatched.lot, api.tokens.factory)).not.toBe(absent);
  });
});

test('a list holds own lots only, over all its pages', async () => {
  for (let i = 0; i < 3; i++) {
    await place(api, 'bolt');
    await place(api, 'acme');
  }
  const names = async (token: string) => {
    const lots: unknown[] = [];
    for (let query = '?limit=2'; query !== ''; ) {
      const { json }: Reply = await call(api.url, `GET /v1/lots${query}`, { token });
      lots.push(...(json.items as { factory: string }[]).map(lot => lot.factory));
      query = json.next === null ? '' : `?limit=2&cursor=${json.next}`;
    }
    return lots;
  };
  expect(await names(api.tokens.otherFactory)).toEqual(Array(3).fill('bolt'));
  expect(await names(api.tokens.factory)).toEqual(Array(5).fill('acme'));
  expect(await names(api.tokens.ops)).toHaveLength(8);
});

test('a cursor of staff opens nothing more to a factory', async () => {
  const { json } = await call(api.url, 'GET /v1/lots?limit=1', { token: api.tokens.ops });
  const page = await call(api.url, `GET /v1/lots?limit=200&cursor=${json.next}`, {
    token: api.tokens.otherFactory,
  });
  const factories = new Set((page.json.items as { factory: string }[]).map(lot => lot.factory));
  expect([...factories]).toEqual(['bolt']);
});
