import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { call, type Reply } from '../testing/client.ts';
import { type DispatchedLot, dispatch } from '../testing/lots.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());

function receipt({ lot }: Pick<DispatchedLot, 'lot'>, sha256: string): Promise<Reply> {
  return call(api.url, `POST /v1/lots/${lot}/receipt`, { token: api.tokens.factory, body: { sha256 } });
}

function wrong(lot: Pick<DispatchedLot, 'lot'>): Promise<Reply> {
  return receipt(lot, randomBytes(32).toString('hex'));
}

function unlock(file: string, token: string): Promise<Reply> {
  return call(api.url, `POST /v1/files/${file}/unlock`, { token });
}

async function downloaded(): Promise<DispatchedLot> {
  const lot = await dispatch(api);
  await call(api.url, `GET /v1/lots/${lot.lot}/file`, { token: api.tokens.factory });
  return lot;
}

async function refusals(lot: string): Promise<number> {
  const { rows } = await api.database.pool.query(
    `select count(*)::int as n from records where type = 'receipt.refused' and lot_id = $1`,
    [lot],
  );
  return rows[0].n;
}

test('the right receipt is accepted once, and the lot is received', async () => {
  const lot = await downloaded();
  const accepted = { lot: lot.lot, file: lot.file, verdict: 'accepted' };
  expect(await receipt(lot, lot.receipt)).toMatchObject({ status: 200, json: accepted });
  const shown = await call(api.url, `GET /v1/lots/${lot.lot}`, { token: api.tokens.ops });
  expect(shown.json).toMatchObject({ state: 'received', file: { receivedAt: expect.any(String) } });
  expect(await receipt(lot, lot.receipt)).toMatchObject({ status: 409, json: { code: 'receipt_not_due' } });
});

test('a receipt for a file that nobody downloaded is refused, the right one too', async () => {
  const lot = await dispatch(api);
  expect(await receipt(lot, lot.receipt)).toMatchObject({ status: 409, json: { code: 'receipt_not_due' } });
});

test('a receipt for a lot without a file is refused', async () => {
  const placed = await call(api.url, 'POST /v1/orders', {
    token: api.tokens.ops,
    body: { product: 'ex-totp-1', quantity: 1, factory: 'acme' },
  });
  const lot = { lot: String(placed.json.lot) };
  expect(await wrong(lot)).toMatchObject({ status: 404, json: { code: 'file_absent' } });
});

test('five wrong receipts in a row lock the file, until somebody entitled unlocks it', async () => {
  const lot = await downloaded();
  for (const left of [4, 3, 2, 1, 0]) {
    expect(await wrong(lot)).toMatchObject({
      status: 422,
      json: { code: 'receipt_wrong', inARow: 5 - left, left },
    });
  }
  expect(await wrong(lot)).toMatchObject({ status: 423, json: { code: 'file_locked' } });
  expect(await receipt(lot, lot.receipt)).toMatchObject({ status: 423, json: { code: 'file_locked' } });
  expect(await refusals(lot.lot)).toBe(5);

  expect(await unlock(lot.file, api.tokens.ops)).toMatchObject({ status: 403 });
  expect(await unlock(lot.file, api.tokens.factory)).toMatchObject({ status: 403 });
  expect(await unlock(lot.file, api.tokens.approver)).toMatchObject({
    status: 200,
    json: { file: lot.file },
  });
  expect(await unlock(lot.file, api.tokens.admin)).toMatchObject({
    status: 409,
    json: { code: 'file_not_locked' },
  });
  expect(await receipt(lot, lot.receipt)).toMatchObject({ status: 200 });
});

test('thirty wrong receipts at once are five tries', async () => {
  const lot = await downloaded();
  const replies = await Promise.all(Array.from({ length: 30 }, () => wrong(lot)));
  const statuses = replies.map(reply => reply.status).sort();
  expect(statuses).toEqual([...Array(5).fill(422), ...Array(25).fill(423)]);
  expect(
    replies
      .filter(reply => reply.status === 422)
      .map(reply => reply.json.inARow)
      .sort(),
  ).toEqual([1, 2, 3, 4, 5]);
  expect(await refusals(lot.lot)).toBe(5);
});

describe('a receipt that is no SHA-256 is not counted', () => {
  test.each([
    ['short', '0'.repeat(63)],
    ['in capitals', 'A'.repeat(64)],
    ['of other letters', 'g'.repeat(64)],
    ['with a line break', `${'0'.repeat(64)}\n`],
    ['a number', 0],
  ])('%s', async (_, sha256) => {
    const lot = await downloaded();
    const reply = await call(api.url, `POST /v1/lots/${lot.lot}/receipt`, {
      token: api.tokens.factory,
      body: { sha256 },
    });
    expect(reply).toMatchObject({
      status: 422,
      json: { code: 'invalid_input', issues: [{ path: '/sha256' }] },
    });
    expect(await refusals(lot.lot)).toBe(0);
  });
});
