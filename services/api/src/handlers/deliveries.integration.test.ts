import { randomUUID } from 'node:crypto';
import { addProduct } from '@seedlot/ledger';
import { afterAll, describe, expect, test } from 'vitest';
import { type Call, call, type Reply } from '../testing/client.ts';
import { burn, exportDelivery } from '../testing/lots.ts';
import { PRODUCT } from '../testing/people.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());

const lot = await burn(api);
const run = (first: number, last: number) => ({ first: lot.serial(first), last: lot.serial(last) });
const ask = (request: string, token = api.tokens.ops, more: Call = {}) =>
  call(api.url, request, { token, ...more });
const create = (body: unknown, headers = {}) => ask('POST /v1/deliveries', api.tokens.ops, { body, headers });

/** One that no test changes. */
const own = await delivered(2, 2);
await exportDelivery(api, own);

async function delivered(first: number, last: number, customer = 'globex'): Promise<string> {
  const { json } = await create({ customer, serials: [run(first, last)] });
  return String(json.delivery);
}

describe('a delivery', () => {
  test('is made, found, asked for again and cancelled', async () => {
    const made = await create({ customer: 'globex', serials: [run(0, 1), run(3, 3)] });
    expect(made).toMatchObject({ status: 201, json: { quantity: 3 } });
    const path = `/v1/deliveries/${made.json.delivery}`;
    expect(made.headers.get('location')).toBe(path);
    expect(await ask(`GET ${path}`)).toMatchObject({
      status: 200,
      json: {
        state: 'assigned',
        format: 'entra-csv',
        serials: [Object.values(run(0, 1)), Object.values(run(3, 3))],
      },
    });
    expect(await ask(`POST ${path}/exports`, api.tokens.ops, { body: { format: 'pskc' } })).toMatchObject({
      status: 201,
      json: { delivery: made.json.delivery, request: 2, format: 'pskc' },
    });
    expect(await ask(`POST ${path}/cancel`)).toMatchObject({
      status: 200,
      json: { delivery: made.json.delivery },
    });
    expect(await ask(`POST ${path}/exports`)).toMatchObject({
      status: 409,
      json: { code: 'transition_refused' },
    });
  });

  test('that cannot be is refused with every run in the way', async () => {
    const other = await delivered(8, 9);
    const reply = await create({ customer: 'hooli', serials: [run(6, 9), { first: 'A1', last: 'A1' }] });
    expect(reply).toMatchObject({
      status: 409,
      json: {
        code: 'serials_not_assignable',
        obstacles: [
          { ...run(8, 9), reason: 'assigned', of: other },
          { first: 'A1', last: 'A1', reason: 'in_no_lot', of: null },
        ],
      },
    });
    await ask(`POST /v1/deliveries/${other}/cancel`);
  });

  test('is made once for each Idempotency-Key', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const body = { customer: 'globex', serials: [run(4, 4)] };
    const [first, again] = [await create(body, headers), await create(body, headers)];
    expect(again.json).toEqual(first.json);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const other = await create({ ...body, serials: [run(5, 5)] }, headers);
    expect(other).toMatchObject({ status: 409, json: { code: 'idempotency_key_reused' } });
    await ask(`POST /v1/deliveries/${first.json.delivery}/cancel`);
  });

  test.each([
    ['no runs', []],
    ['ten thousand and one runs', Array.from({ length: 10_001 }, () => run(0, 0))],
    ['a run that is no object', ['99']],
    ['a run with more than its ends', [{ ...run(0, 0), count: 7 }]],
    ['a run of numbers', [{ first: 1, last: 2 }]],
    ['an empty serial', [{ first: '', last: '' }]],
    ['overlapping runs', [run(0, 3), run(2, 5)]],
    ['a run backwards', [run(3, 0)]],
  ])('with %s is refused', async (_, serials) => {
    expect(await create({ customer: 'globex', serials })).toMatchObject({
      status: 422,
      json: { code: 'invalid_input' },
    });
  });

  test('with more bytes than ten thousand runs need is refused', async () => {
    const serials = [{ first: '1'.repeat(3_000_000), last: '1' }];
    expect(await create({ customer: 'globex', serials })).toMatchObject({ status: 413 });
  });
});

describe('a format that cannot say what the tokens are', async () => {
  const sha256 = await burn(api);
  const oath = { type: 'totp', hash: 'sha256', digits: 6, period: 30 } as const;
  await api.ledger.commit('service:api', effect =>
    addProduct(effect, { ...PRODUCT, product: 'ex-sha256', oath }),
  );
  await api.database.pool.query(`update orders set product_id = 'ex-sha256' where id = $1`, [sha256.order]);
  const serials = [{ first: sha256.serial(0), last: sha256.serial(3) }];
  const refused = {
    status: 422,
    json: {
      code: 'format_cannot_express',
      detail: expect.stringMatching(/SHA256\. This would work: hex-csv, pskc$/),
    },
  };

  test('is refused at creation, in JSON and in a list, and assigns nothing', async () => {
    expect(await create({ customer: 'globex', serials })).toMatchObject(refused);
    const list = {
      body: `serial\n${sha256.serial(0)}\n`,
      headers: { 'content-type': 'text/csv' },
    };
    const query = 'POST /v1/deliveries?customer=globex&format=entra-csv';
    expect(await ask(query, api.tokens.ops, list)).toMatchObject(refused);
    expect(await ask(`GET /v1/serials/${sha256.serial(0)}`)).toMatchObject({
      json: { custody: 'burned', delivery: null },
    });
  });

  test('is refused when asked for again, and the file before it stays', async () => {
    const { json } = await create({ customer: 'globex', format: 'hex-csv', serials });
    const path = `/v1/deliveries/${json.delivery}`;
    const again = { body: { format: 'entra-csv' } };
    expect(await ask(`POST ${path}/exports`, api.tokens.ops, again)).toMatchObject(refused);
    expect(await ask(`GET ${path}`)).toMatchObject({ json: { format: 'hex-csv', exportsWanted: 1 } });
  });
});

describe("another customer's delivery is as if it did not exist", () => {
  /** What tells one answer from another: everything but the id of the request and the name that was asked for. */
  async function told(request: string, delivery: string, token: string): Promise<string> {
    const reply: Reply = await ask(request.replace('DELIVERY', delivery), token, {
      body: { sha256: '0'.repeat(64) },
    });
    return `${reply.status} ${reply.text.replace(/"requestId":"[^"]*"/, '').replaceAll(delivery, 'DELIVERY')}`;
  }

  test.each([
    'GET /v1/deliveries/DELIVERY',
    'HEAD /v1/deliveries/DELIVERY',
    'GET /v1/deliveries/DELIVERY/file',
    'HEAD /v1/deliveries/DELIVERY/file',
    'POST /v1/deliveries/DELIVERY/receipt',
  ])('%s', async request => {
    const absent = await told(request, 'delivery-999999', api.tokens.otherCustomer);
    expect(absent).toMatch(/^404 /);
    expect(await told(request, own, api.tokens.otherCustomer)).toBe(absent);
    expect(await told(request, own, api.tokens.customer)).not.toBe(absent);
  });

  test('in lists, too', async () => {
    const names = async (token: string) => {
      const { json } = await ask('GET /v1/deliveries', token);
      return new Set((json.items as { customer: string }[]).map(({ customer }) => customer));
    };
    expect(await names(api.tokens.customer)).toEqual(new Set(['globex']));
    expect(await names(api.tokens.otherCustomer)).toEqual(new Set());
    expect(await names(api.tokens.ops)).toEqual(new Set(['globex']));
  });
});
