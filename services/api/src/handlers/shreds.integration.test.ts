import { beginGeneration, claimRun, lockLot, sealLot, storeRun } from '@seedlot/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, type Reply } from '../testing/client.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());

interface SealedLot {
  readonly lot: string;
  readonly firstSerial: string;
  readonly lastSerial: string;
}

let sealed: SealedLot;
beforeAll(async () => {
  sealed = await sealedLot();
});

async function sealedLot(): Promise<SealedLot> {
  const order = { product: 'ex-totp-1', quantity: 10, factory: 'acme', nonProduction: false };
  const { lot } = (await call(api.url, 'POST /v1/orders', { token: api.tokens.ops, body: order })).json;
  await api.ledger.commit('service:seed-generator', async effect => {
    const keys = {
      frontierKey: crypto.randomUUID(),
      pageKey: crypto.randomUUID(),
      frontier: Buffer.from('f'),
    };
    await beginGeneration(effect, await lockLot(effect, String(lot)), keys);
    const run = await claimRun(effect, String(lot), 'test');
    if (run !== null) await storeRun(effect, run, [Buffer.from('a page')]);
    await sealLot(effect, String(lot));
  });
  const { json } = await call(api.url, `GET /v1/lots/${lot}`, { token: api.tokens.ops });
  return json as unknown as SealedLot;
}

function ask(body: unknown, token = api.tokens.ops): Promise<Reply> {
  return call(api.url, 'POST /v1/shreds', { token, body });
}

function show(shred: unknown, token = api.tokens.compliance): Promise<Reply> {
  return call(api.url, `GET /v1/shreds/${shred}`, { token });
}

test('serials are asked to be shredded, once, and how far that has come is shown', async () => {
  const run = { first: sealed.firstSerial, last: sealed.firstSerial };
  const asked = await ask({ serials: [run] });
  expect(asked).toMatchObject({
    status: 201,
    json: { shred: expect.stringMatching(/^shred-\d{6}$/), quantity: 1 },
  });
  const { shred } = asked.json;
  expect(api.knocks).toContainEqual({ job: 'shred' });
  const { json } = await show(shred);
  expect(json).toMatchObject({
    shred,
    reason: 'requested',
    state: 'requested',
    lot: null,
    quantity: 1,
    serials: [run],
    seedsRoot: null,
    filesRoot: null,
    filesDropped: [],
    completedAt: null,
  });
  const { json: list } = await call(api.url, 'GET /v1/shreds', { token: api.tokens.admin });
  expect(list.items).toEqual([json]);
  expect(await ask({ serials: [run] })).toMatchObject({
    status: 409,
    json: { code: 'transition_refused', detail: expect.stringContaining(String(shred)) },
  });
});

test('a whole lot is asked to be shredded by an approver: all that lives and nobody has taken', async () => {
  const { lot } = await sealedLot();
  const asked = await ask({ lot }, api.tokens.approver);
  expect(asked).toMatchObject({ status: 201, json: { quantity: 10 } });
  expect((await show(asked.json.shred)).json).toMatchObject({ lot, quantity: 10 });
  expect(await ask({ lot })).toMatchObject({ status: 409, json: { code: 'transition_refused' } });
});

describe('a request is refused', () => {
  test.each([
    ['that names a lot and serials', { lot: 'lot-000001', serials: [{ first: 'A1', last: 'A1' }] }, 422],
    ['that names nothing', {}, 422],
    ['of no serials', { serials: [] }, 422],
    ['of what is no serial', { serials: [{ first: 'seed', last: 'seed' }] }, 422],
    ['of serials that nobody reserved', { serials: [{ first: 'EX00000001', last: 'EX00000002' }] }, 404],
    ['of a lot that is none', { lot: 'lot-999999' }, 404],
  ])('%s', async (_, body, status) => {
    const before = (await call(api.url, 'GET /v1/shreds', { token: api.tokens.ops })).json;
    expect((await ask(body)).status).toBe(status);
    expect((await call(api.url, 'GET /v1/shreds', { token: api.tokens.ops })).json).toEqual(before);
  });

  test.each(['compliance', 'admin', 'factory', 'customer'] as const)('of %s', async party => {
    expect(await ask({ lot: sealed.lot }, api.tokens[party])).toMatchObject({
      status: 403,
      json: { code: 'role_refused' },
    });
  });
});

test('shreds are shown to staff alone, and an unknown one is told', async () => {
  expect((await show('shred-000001', api.tokens.factory)).status).toBe(403);
  expect(await show('shred-999999')).toMatchObject({ status: 404, json: { code: 'unknown_shred' } });
});
