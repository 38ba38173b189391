import { afterAll, describe, expect, test } from 'vitest';
import { call } from '../testing/client.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());

async function statusWith(authorization: string): Promise<unknown> {
  const { status, json } = await call(api.url, 'GET /v1', { headers: { authorization } });
  return [status, json.code];
}

const REFUSED = [401, 'token_invalid'];

describe('a token is refused', () => {
  const [prefix, id, secret = ''] = api.tokens.admin.split('_', 3);
  const swapped = [...secret].reverse().join('');

  test.each([
    ['with another secret', `Bearer ${prefix}_${id}_${swapped}`],
    ['with the secret of another', `Bearer ${prefix}_${id}_${api.tokens.ops.split('_').slice(2).join('_')}`],
    ['cut short', `Bearer ${api.tokens.admin.slice(0, -1)}`],
    ['with more behind it', `Bearer ${api.tokens.admin}x`],
    ['of another scheme', `Basic ${api.tokens.admin}`],
    ['without a scheme', api.tokens.admin],
    ['that is empty', 'Bearer '],
    ['that injects SQL', `Bearer seedlot_' or 1=1 --_x`],
    ['that is long', `Bearer ${'a'.repeat(5_000)}`],
  ])('%s', async (_, authorization) => {
    expect(await statusWith(authorization)).toEqual(REFUSED);
  });

  test('once it is revoked, from the next request on', async () => {
    expect(await statusWith(`Bearer ${api.tokens.approver}`)).toEqual([200, undefined]);
    await api.database.pool.query(
      `update access_tokens set revoked_at = now() where actor_id = (select id from actors where name = 'approver')`,
    );
    expect(await statusWith(`Bearer ${api.tokens.approver}`)).toEqual(REFUSED);
  });
});

test('no log line holds a token, a body or what a client put into a path', async () => {
  const secret = 'do-not-log-me';
  await call(api.url, `GET /v1/lots/${secret}`, { token: api.tokens.ops });
  await call(api.url, `GET /v1/lots?cursor=${secret}`, { token: api.tokens.ops });
  await call(api.url, 'POST /v1/orders', { token: api.tokens.ops, body: { [secret]: secret } });
  await call(api.url, `GET /${secret}`, { headers: { authorization: `Bearer ${secret}` } });
  const log = api.log.join('');
  expect(log).toContain('"route":"/v1/lots/:lot"');
  expect(log).not.toContain(secret);
  for (const token of Object.values(api.tokens)) expect(log).not.toContain(token.slice(-43));
});
