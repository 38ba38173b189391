import { afterAll, expect, test } from 'vitest';
import { call } from '../testing/client.ts';
import { MUTE_KEY } from '../testing/keys.ts';
import { dispatch, publish } from '../testing/lots.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());
const { ops, factory } = api.tokens;

test('a replaced key stays on the record, and the very same is nothing new', async () => {
  const send = () =>
    call(api.url, 'POST /v1/customers/globex/key', { token: ops, body: { publicKey: MUTE_KEY } });
  const replaced = await send();
  expect(replaced).toMatchObject({ status: 200, json: { customer: 'globex', replaces: 'A'.repeat(40) } });
  expect(await send()).toMatchObject({ status: 409, json: { code: 'key_not_new' } });
  const { json } = await call(api.url, 'GET /v1/customers/globex', { token: ops });
  expect(json.keys).toMatchObject([
    { fingerprint: replaced.json.fingerprint, replacedAt: null },
    { fingerprint: 'A'.repeat(40), replacedAt: expect.any(String) },
  ]);
});

test('a key that cannot sign is none for a factory', async () => {
  const reply = await call(api.url, 'POST /v1/factories/acme/key', {
    token: ops,
    body: { publicKey: MUTE_KEY },
  });
  expect(reply).toMatchObject({ status: 422, json: { code: 'pgp_key_cannot_sign' } });
});

test('a factory file without a receipt is taken back, its key goes, and the dispatcher is told', async () => {
  const { lot, file } = await dispatch(api);
  const again = () => call(api.url, `POST /v1/lots/${lot}/file/again`, { token: ops });
  expect(await again()).toMatchObject({ status: 200, json: { lot } });
  await publish(api);
  expect(await call(api.url, `GET /v1/lots/${lot}/file`, { token: factory })).toMatchObject({ status: 404 });
  const { rows } = await api.database.pool.query('select file_id from shred_files where file_id = $1', [
    file,
  ]);
  expect(rows).toHaveLength(1);
  expect(api.knocks).toContainEqual({ job: 'dispatch', lot });
  expect(await again()).toMatchObject({ status: 404, json: { code: 'file_absent' } });
});
