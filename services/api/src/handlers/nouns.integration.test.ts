import { afterAll, describe, expect, test } from 'vitest';
import { call, type Reply } from '../testing/client.ts';
import { ABLE_KEY, EXPIRED_KEY, MUTE_KEY } from '../testing/keys.ts';
import { PRODUCT } from '../testing/people.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());

function post(path: string, body: unknown, token = api.tokens.admin): Promise<Reply> {
  return call(api.url, `POST ${path}`, { token, body });
}

function get(path: string, token = api.tokens.compliance): Promise<Reply> {
  return call(api.url, `GET ${path}`, { token });
}

test('staff are added, listed and shown, and enter with the token of their role', async () => {
  const added = await post('/v1/staff', { name: 'Vera Ops', role: 'ops' });
  expect(added).toMatchObject({ status: 201, json: { staff: expect.stringMatching(/^staff-\d{6}$/) } });
  const { staff, token } = added.json;
  expect((await get(`/v1/staff/${staff}`)).json).toMatchObject({ staff, name: 'Vera Ops', role: 'ops' });
  expect((await get('/v1/staff')).json.items).toContainEqual(expect.objectContaining({ staff }));
  expect((await get('/v1', String(token))).json.actor).toEqual({ id: staff, kind: 'staff', role: 'ops' });
  expect(await post('/v1/staff', { name: 'Vera Ops', role: 'admin' })).toMatchObject({ status: 409 });
});

test('products are added, listed and shown', async () => {
  const product = { ...PRODUCT, product: 'ex-totp-2', serial: { prefix: 'EX', width: 8 } };
  expect(await post('/v1/products', product)).toMatchObject({ status: 201, json: { product: 'ex-totp-2' } });
  expect((await get('/v1/products/ex-totp-2')).json).toEqual({ ...product, addedAt: expect.any(String) });
  expect(await post('/v1/products', product)).toMatchObject({
    status: 409,
    json: { code: 'already_exists' },
  });
  const tooLong = { ...product, product: 'ex-totp-3', serial: { prefix: '9999', width: 18 } };
  expect(await post('/v1/products', tooLong)).toMatchObject({
    status: 422,
    json: { code: 'serial_malformed' },
  });
});

describe('a factory', () => {
  test('is added with its pinned key, listed and shown', async () => {
    const added = await post('/v1/factories', { factory: 'forge', publicKey: ABLE_KEY });
    const { fingerprint } = added.json;
    expect(added).toMatchObject({ status: 201, json: { factory: 'forge', token: expect.any(String) } });
    expect((await get('/v1/factories/forge')).json).toMatchObject({
      factory: 'forge',
      seedEncoding: 'hex',
      fingerprint,
      keyExpiresAt: null,
    });
    expect((await get('/v1/factories')).json.items).toContainEqual(
      expect.objectContaining({ factory: 'forge' }),
    );
  });

  test.each([
    ['that is none', 'no key', 'pgp_key_missing'],
    ['that is secret', ABLE_KEY.replaceAll('PUBLIC', 'PRIVATE'), 'pgp_key_secret'],
    ['that is two', ABLE_KEY + MUTE_KEY, 'pgp_key_several'],
    [
      'that is damaged',
      ABLE_KEY.replace('xjMEXgvh', 'xjMEXgvi').replace(/\n.{20}/, '\n'),
      'pgp_key_malformed',
    ],
    ['that has expired', EXPIRED_KEY, 'pgp_key_expired'],
    ['that cannot sign', MUTE_KEY, 'pgp_key_cannot_sign'],
    ['that is huge', 'a'.repeat(300_000), 'pgp_key_too_large'],
  ])('is refused with a key %s, and nothing is added', async (_, publicKey, code) => {
    expect(await post('/v1/factories', { factory: 'faulty', publicKey })).toMatchObject({
      status: 422,
      json: { code },
    });
    expect(await get('/v1/factories/faulty')).toMatchObject({
      status: 404,
      json: { code: 'unknown_factory' },
    });
  });

  test('is refused with a body beyond a mebibyte', async () => {
    const reply = await post('/v1/factories', { factory: 'faulty', publicKey: 'a'.repeat(1024 * 1024) });
    expect(reply).toMatchObject({ status: 413, json: { code: 'body_too_large' } });
  });
});

test('a customer need not sign, and enters with its token', async () => {
  const { status, json } = await post('/v1/customers', { customer: 'initech', publicKey: MUTE_KEY });
  expect(status).toBe(201);
  expect((await get('/v1/customers/initech')).json).toMatchObject({
    customer: 'initech',
    fingerprint: json.fingerprint,
  });
  expect((await get('/v1', String(json.token))).json.actor).toEqual({
    id: 'customer:initech',
    kind: 'customer',
    role: null,
  });
  expect(await post('/v1/customers', { customer: 'other', publicKey: EXPIRED_KEY })).toMatchObject({
    status: 422,
  });
});

describe('an order', () => {
  const order = { product: PRODUCT.product, quantity: 10, factory: 'acme' };

  test('is placed, listed, shown and cancelled', async () => {
    const placed = await post('/v1/orders', { ...order, customer: 'globex' }, api.tokens.ops);
    expect(placed).toMatchObject({
      status: 201,
      json: { order: expect.any(String), lot: expect.any(String) },
    });
    const { order: id, lot } = placed.json;
    expect((await get(`/v1/orders/${id}`)).json).toMatchObject({
      order: id,
      lot,
      state: 'ordered',
      customer: 'globex',
    });
    expect((await get('/v1/orders')).json.items).toContainEqual(expect.objectContaining({ order: id }));
    expect(api.knocks).toContainEqual({ job: 'generate', lot });
    const cancelled = await post(`/v1/orders/${id}/cancel`, {}, api.tokens.ops);
    expect(cancelled).toMatchObject({ status: 200, json: { order: id, lot } });
    expect((await get(`/v1/lots/${lot}`)).json).toMatchObject({ state: 'cancelled' });
    const again = await post(`/v1/orders/${id}/cancel`, {}, api.tokens.ops);
    expect(again).toMatchObject({ status: 409, json: { code: 'transition_refused' } });
  });

  test.each([
    ['of nothing', { quantity: 0 }, 422, 'invalid_input'],
    ['of more than a lot may have', { quantity: 16_777_217 }, 422, 'invalid_input'],
    ['of an unknown product', { product: 'nothing' }, 404, 'unknown_product'],
    ['for an unknown factory', { factory: 'nobody' }, 404, 'unknown_factory'],
    ['for an unknown customer', { customer: 'nobody' }, 404, 'unknown_customer'],
    ['from a serial that is none', { firstSerial: 'x' }, 422, 'serial_malformed'],
    ['from a serial of another product', { firstSerial: '8800000000000' }, 409, 'serial_space_exhausted'],
    ['beyond the last serial', { firstSerial: '9999999999995' }, 409, 'serial_space_exhausted'],
    ['with terms that need a customer', { retention: { terms: 'none' } }, 422, 'invalid_input'],
  ])('%s is refused', async (_, change, status, code) => {
    const reply = await post('/v1/orders', { ...order, ...change }, api.tokens.ops);
    expect(reply).toMatchObject({ status, json: { code } });
  });

  test('on serials in use is refused, and is told whose they are', async () => {
    const { json } = await post('/v1/orders', { ...order, firstSerial: '9950000000000' }, api.tokens.ops);
    const reply = await post('/v1/orders', { ...order, firstSerial: '9950000000009' }, api.tokens.ops);
    expect(reply).toMatchObject({
      status: 409,
      json: { code: 'serials_in_use', detail: expect.stringContaining(String(json.lot)) },
    });
  });
});

test('a list is given in pages, each item once', async () => {
  for (let i = 0; i < 5; i++)
    await post('/v1/orders', { product: PRODUCT.product, quantity: 1, factory: 'bolt' }, api.tokens.ops);
  const { items: all } = (await get('/v1/orders?limit=200')).json;
  const paged: unknown[] = [];
  for (let cursor: unknown = ''; cursor !== null; ) {
    const { json } = await get(`/v1/orders?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
    paged.push(...(json.items as unknown[]));
    cursor = json.next;
  }
  expect(paged).toEqual(all);
});

test('the vendor key is shown to every party', async () => {
  await api.database.pool.query(`insert into vendor_keys (fingerprint, public_key) values ($1, 'armored')`, [
    'C'.repeat(40),
  ]);
  for (const token of [api.tokens.ops, api.tokens.factory, api.tokens.customer]) {
    expect((await get('/v1/vendor-keys', token)).json).toEqual({
      items: [{ fingerprint: 'C'.repeat(40), publicKey: 'armored' }],
    });
  }
});
