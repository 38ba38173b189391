import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { createApi } from '../index.ts';
import { call, type Reply } from '../testing/client.ts';
import { ABLE_KEY } from '../testing/keys.ts';
import { dispatch } from '../testing/lots.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());

const ORDER = { product: 'ex-totp-1', quantity: 10, factory: 'acme' };

function post(path: string, token: string, body: unknown, key: string): Promise<Reply> {
  return call(api.url, `POST ${path}`, { token, body, headers: { 'idempotency-key': key } });
}

function order(key: string, body: unknown = ORDER): Promise<Reply> {
  return post('/v1/orders', api.tokens.ops, body, key);
}

async function count(table: string, where = 'true'): Promise<number> {
  const { rows } = await api.database.pool.query(`select count(*)::int as n from ${table} where ${where}`);
  return rows[0].n;
}

test('a repeated request is given the same answer, byte for byte, and has no second effect', async () => {
  const key = randomUUID();
  const first = await order(key);
  const [orders, records] = [await count('orders'), await count('records')];
  const again = await order(key);
  expect(again).toMatchObject({ status: 201, text: first.text });
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect(first.headers.get('location')).toBe(`/v1/orders/${first.json.order}`);
  expect([first, again].map(reply => reply.headers.get('idempotency-replayed'))).toEqual([null, 'true']);
  expect([await count('orders'), await count('records')]).toEqual([orders, records]);
});

test('twenty equal requests at once have one effect and one answer', async () => {
  const key = randomUUID();
  const before = await count('orders');
  const replies = await Promise.all(Array.from({ length: 20 }, () => order(key)));
  expect(new Set(replies.map(reply => `${reply.status} ${reply.text}`)).size).toBe(1);
  expect(replies.filter(reply => reply.headers.get('idempotency-replayed') === null)).toHaveLength(1);
  expect(await count('orders')).toBe(before + 1);
});

describe('a key that was used is refused', () => {
  const key = randomUUID();

  test.each([
    ['with another body', { ...ORDER, quantity: 11 }],
    ['with the same said otherwise', `${JSON.stringify(ORDER)} `],
  ])('%s', async (_, body) => {
    await order(key);
    expect(await order(key, body)).toMatchObject({ status: 409, json: { code: 'idempotency_key_reused' } });
  });

  test('at another path', async () => {
    const { json } = await order(randomUUID());
    const used = randomUUID();
    await post(`/v1/orders/${json.order}/cancel`, api.tokens.ops, {}, used);
    const other = await order(randomUUID());
    const reply = await post(`/v1/orders/${other.json.order}/cancel`, api.tokens.ops, {}, used);
    expect(reply).toMatchObject({ status: 409, json: { code: 'idempotency_key_reused' } });
    expect(
      (await call(api.url, `GET /v1/lots/${other.json.lot}`, { token: api.tokens.ops })).json.state,
    ).toBe('ordered');
  });
});

test('a key belongs to the one who sent it', async () => {
  const key = randomUUID();
  const body = {
    product: 'ex-totp-2',
    manufacturer: 'Example',
    model: 'X',
    oath: { type: 'hotp', hash: 'sha1', digits: 6 },
    seedLength: 20,
    serial: { prefix: '88', width: 11 },
    programmable: false,
  };
  expect(await post('/v1/products', api.tokens.ops, body, key)).toMatchObject({ status: 201 });
  expect(await post('/v1/products', api.tokens.admin, body, key)).toMatchObject({
    status: 409,
    json: { code: 'already_exists' },
  });
});

describe('a secret that is shown once', () => {
  test.each([
    ['/v1/staff', { name: 'Vera', role: 'ops' }],
    ['/v1/factories', { factory: 'forge', publicKey: ABLE_KEY }],
    ['/v1/customers', { customer: 'initech', publicKey: ABLE_KEY }],
  ])('of %s is not repeated, and is kept nowhere', async (path, body) => {
    const key = randomUUID();
    const first = await post(path, api.tokens.admin, body, key);
    expect(first).toMatchObject({ status: 201, json: { token: expect.stringMatching(/^seedlot_/) } });
    const again = await post(path, api.tokens.admin, body, key);
    expect(again).toMatchObject({ status: 201, json: { ...first.json, token: null } });
    const secret = String(first.json.token).slice(-43);
    expect(await count('idempotency_keys', `answer::text like '%${secret}%'`)).toBe(0);
    expect(await call(api.url, 'GET /v1', { token: String(first.json.token) })).toMatchObject({
      status: 200,
    });
  });
});

test('a refusal without an effect frees the key', async () => {
  const key = randomUUID();
  const body = { ...ORDER, factory: 'nobody' };
  expect(await order(key, body)).toMatchObject({ status: 404, json: { code: 'unknown_factory' } });
  expect(await count('idempotency_keys', `key = '${key}'`)).toBe(0);
  expect(await order(key)).toMatchObject({ status: 201 });
});

test('a wrong receipt is an effect: its refusal is kept, and counted once', async () => {
  const { lot } = await dispatch(api);
  await call(api.url, `GET /v1/lots/${lot}/file`, { token: api.tokens.factory });
  const key = randomUUID();
  const send = () => post(`/v1/lots/${lot}/receipt`, api.tokens.factory, { sha256: '0'.repeat(64) }, key);
  const first = await send();
  expect(first).toMatchObject({ status: 422, json: { code: 'receipt_wrong', inARow: 1, left: 4 } });
  for (let i = 0; i < 6; i++) expect(await send()).toMatchObject({ status: 422, text: first.text });
  expect(await count('records', "type = 'receipt.refused'")).toBe(1);
});

describe('an Idempotency-Key', () => {
  test('is asked for', async () => {
    const headers = { authorization: `Bearer ${api.tokens.ops}`, 'content-type': 'application/json' };
    const answer = await fetch(`${api.url}/v1/orders`, {
      method: 'POST',
      headers,
      body: JSON.stringify(ORDER),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'idempotency_key_missing' });
  });

  test.each([
    ['empty', ''],
    ['of 201 characters', 'a'.repeat(201)],
    ['with a letter beyond ASCII', 'clé'],
  ])('may not be %s', async (_, key) => {
    expect(await order(key)).toMatchObject({ status: 400, json: { code: 'idempotency_key_malformed' } });
  });

  test('may have 200 characters of any printable kind', async () => {
    const key = `${"'; drop table idempotency_keys; --".padEnd(199, 'x')}y`;
    expect(await order(key)).toMatchObject({ status: 201 });
    expect((await order(key)).headers.get('idempotency-replayed')).toBe('true');
  });
});

test('an answer is forgotten after a day, at a start or an hour later', async () => {
  const [old, young] = [randomUUID(), randomUUID()];
  await Promise.all([order(old), order(young)]);
  await api.database.pool.query(
    `update idempotency_keys set answered_at = now() - interval '25 hours' where key = $1`,
    [old],
  );
  const other = createApi(api.parts);
  await other.listen(0);
  await other.close();
  expect([
    await count('idempotency_keys', `key = '${old}'`),
    await count('idempotency_keys', `key = '${young}'`),
  ]).toEqual([0, 1]);
});
