import { afterAll, expect, test } from 'vitest';
import { call } from '../testing/client.ts';
import { MUTE_KEY } from '../testing/keys.ts';
import { burn, dispatch, place, publish } from '../testing/lots.ts';
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

test('a factory file that is asked for again is served until the new one stands, and the dispatcher is told', async () => {
  const { lot, file, message } = await dispatch(api);
  const again = () => call(api.url, `POST /v1/lots/${lot}/file/again`, { token: ops });
  expect(await again()).toMatchObject({ status: 200, json: { lot } });
  await publish(api);
  const served = await call(api.url, `GET /v1/lots/${lot}/file`, { token: factory });
  expect(served).toMatchObject({ status: 200 });
  expect(Number(served.headers.get('content-length'))).toBe(message.length);
  const { rows } = await api.database.pool.query('select from shred_files where file_id = $1', [file]);
  expect(rows).toEqual([]);
  expect(api.knocks).toContainEqual({ job: 'dispatch', lot });
});

test('a dispatched lot is lost for good; one that the factory never had, or has burned, is refused with what to do', async () => {
  const lose = (lot: string) =>
    call(api.url, `POST /v1/lots/${lot}/lost`, { token: ops, body: { reason: 'the ship went down' } });
  const { lot } = await dispatch(api);
  expect(await lose(lot)).toMatchObject({ status: 200, json: { lot, quantity: 10 } });
  expect(await call(api.url, `GET /v1/lots/${lot}/file`, { token: factory })).toMatchObject({ status: 404 });
  expect(await lose(lot)).toMatchObject({ status: 409, json: { code: 'transition_refused' } });
  const { lot: ordered } = await place(api);
  const early = await lose(ordered);
  expect(early).toMatchObject({ status: 409, json: { code: 'transition_refused' } });
  expect(early.text).toContain('cancel its order');
  const { lot: burned } = await burn(api);
  await api.database.pool.query(`update lots set state = 'produced' where id = $1`, [burned]);
  const late = await lose(burned);
  expect(late).toMatchObject({ status: 409, json: { code: 'transition_refused' } });
  expect(late.text).toContain('void those that customers gave back');
});
