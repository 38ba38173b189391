import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { call } from '../testing/client.ts';
import { PRODUCT } from '../testing/people.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());

const ORDER = { product: PRODUCT.product, quantity: 10, factory: 'acme' };

function order(body: unknown, headers: Record<string, string> = {}) {
  return call(api.url, 'POST /v1/orders', { token: api.tokens.ops, body, headers });
}

describe('a body is refused', () => {
  test.each([
    ['that is no JSON', '{"product":', 400, 'body_malformed'],
    ['that is no UTF-8', Buffer.from('{"product":"\xff"}', 'latin1'), 400, 'body_malformed'],
    ['with more behind it', '{}{}', 400, 'body_malformed'],
    ['that is an array', '[]', 422, 'invalid_input'],
    ['that is null', 'null', 422, 'invalid_input'],
    ['that is a text', '"order"', 422, 'invalid_input'],
    ['that nests deep', `${'['.repeat(8_000)}${']'.repeat(8_000)}`, 422, 'invalid_input'],
    [
      'that nests deep in a field',
      `{"product":${'{"a":'.repeat(1_000)}1${'}'.repeat(1_000)}}`,
      422,
      'invalid_input',
    ],
    ['that is too long', JSON.stringify({ ...ORDER, product: 'a'.repeat(20_000) }), 413, 'body_too_large'],
    ['with a huge number', JSON.stringify(ORDER).replace('10', '1e400'), 422, 'invalid_input'],
    [
      'with a number beyond integers',
      JSON.stringify(ORDER).replace('10', '9007199254740993'),
      422,
      'invalid_input',
    ],
    ['with a fraction', JSON.stringify({ ...ORDER, quantity: 1.5 }), 422, 'invalid_input'],
    ['with a number as text', JSON.stringify({ ...ORDER, quantity: '10' }), 422, 'invalid_input'],
    ['with an unknown field', JSON.stringify({ ...ORDER, price: 1 }), 422, 'invalid_input'],
    [
      'with __proto__',
      `{"__proto__":{"nonProduction":true},${JSON.stringify(ORDER).slice(1)}`,
      422,
      'invalid_input',
    ],
    ['with constructor', JSON.stringify({ ...ORDER, constructor: { prototype: {} } }), 422, 'invalid_input'],
    [
      'with __proto__ deeper',
      `${JSON.stringify(ORDER).slice(0, -1)},"retention":{"terms":"none","__proto__":{}}}`,
      422,
      'invalid_input',
    ],
    [
      'with a letter that only looks right',
      JSON.stringify({ ...ORDER, factory: 'аcme' }),
      422,
      'invalid_input',
    ],
    ['with a NUL', JSON.stringify({ ...ORDER, factory: 'acme\0' }), 422, 'invalid_input'],
    ['with SQL', JSON.stringify({ ...ORDER, factory: "acme'; drop table lots" }), 422, 'invalid_input'],
  ])('%s', async (_, body, status, code) => {
    expect(await order(body)).toMatchObject({ status, json: { status, code } });
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'nonsense',
  ])('as %s', async type => {
    const reply = await order(ORDER, { 'content-type': type });
    expect(reply).toMatchObject({ status: 415, json: { code: 'content_type_unsupported' } });
  });

  test('and nothing of it came to be', async () => {
    const { json } = await call(api.url, 'GET /v1/orders', { token: api.tokens.ops });
    expect(json).toEqual({ items: [], next: null });
    expect(Object.hasOwn(Object.prototype, 'nonProduction')).toBe(false);
  });
});

test('an invalid body is told every fault by its place, and not what it held', async () => {
  const secret = 'TOP-SECRET-VALUE';
  const { json, text: said } = await order({
    product: secret,
    quantity: -1,
    retention: { terms: secret },
    [secret]: 1,
    count: 2,
  });
  expect(json.issues).toEqual(
    expect.arrayContaining([
      { path: '/product', message: expect.stringContaining('lower-case') },
      { path: '/quantity', message: expect.any(String) },
      { path: '/factory', message: expect.any(String) },
      { path: '/retention/terms', message: expect.any(String) },
      { path: '/count', message: 'There is no such field' },
      { path: '/(16 characters)', message: 'There is no such field' },
    ]),
  );
  expect(said).not.toContain(secret);
});

/** As the factory, with a path that fetch would have tidied up. */
async function asIs(path: string): Promise<{ status: number | undefined; json: unknown }> {
  const headers = { authorization: `Bearer ${api.tokens.factory}` };
  const sent = get({ port: new URL(api.url).port, path, headers });
  const [answer] = await once(sent, 'response');
  return { status: answer.statusCode, json: JSON.parse(await text(answer)) };
}

describe('a path is refused', () => {
  test.each([
    '..',
    '%2e%2e',
    '..%2f..%2fetc%2fpasswd',
    '..;',
    'lot-000001%00',
    'lot-000001%0d%0aset-cookie:x',
    'LOT-000001',
    'lot-000001 ',
    "lot-000001'--",
    '*',
    '%EF%BC%91',
    'a'.repeat(90),
    'lot-999999999999999999999999',
  ])('/v1/lots/%s', async lot => {
    for (const rest of ['', '/file', '/events']) {
      const reply = await asIs(`/v1/lots/${lot.replaceAll(' ', '%20')}${rest}`);
      expect(reply).toMatchObject({ status: 404, json: { code: 'unknown_lot' } });
    }
  });

  test.each(['%', '%zz', '%c0%af', '%ff'])('/v1/lots/%s as no text', async lot => {
    const reply = await call(api.url, `GET /v1/lots/${lot}`, { token: api.tokens.factory });
    expect(reply).toMatchObject({ status: 400, json: { code: 'request_malformed' } });
    expect(reply.text).not.toContain(lot);
  });

  test('longer than any id', async () => {
    const reply = await call(api.url, `GET /v1/lots/${'a'.repeat(500)}`, { token: api.tokens.factory });
    expect(reply).toMatchObject({ status: 404 });
  });
});

describe('a list is refused', () => {
  test.each([
    ['limit=0', 422, 'invalid_input'],
    ['limit=201', 422, 'invalid_input'],
    ['limit=-1', 422, 'invalid_input'],
    ['limit=1.5', 422, 'invalid_input'],
    ['limit=x', 422, 'invalid_input'],
    ['limit=1&limit=2', 422, 'invalid_input'],
    ['offset=1', 422, 'invalid_input'],
    ['__proto__=1', 422, 'invalid_input'],
    ['cursor=!!!', 400, 'cursor_malformed'],
    ['cursor=', 400, 'cursor_malformed'],
    [`cursor=${Buffer.from("' or 1=1").toString('base64url')}`, 400, 'cursor_malformed'],
    [`cursor=${Buffer.from('lot-000001').toString('base64')}==`, 400, 'cursor_malformed'],
    [`cursor=${'a'.repeat(300)}`, 422, 'invalid_input'],
  ])('?%s', async (query, status, code) => {
    const reply = await call(api.url, `GET /v1/orders?${query}`, { token: api.tokens.ops });
    expect(reply).toMatchObject({ status, json: { code } });
  });
});

test.each([
  'nonsense\r\n\r\n',
  'GET /v1 HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
  `GET /v1 HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
])('bytes that are no request get a problem and a closed connection', async bytes => {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(answer).toContain('"code":"request_malformed"');
  expect(answer).not.toContain('aaaa');
});
