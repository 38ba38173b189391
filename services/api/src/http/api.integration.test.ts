import { afterAll, expect, test } from 'vitest';
import { call } from '../testing/client.ts';
import { dispatch } from '../testing/lots.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());

test('smoke', async () => {
  const a = await call(api.url, 'GET /v1', { token: api.tokens.ops });
  expect(a).toMatchObject({ status: 200, json: { name: 'seedlot', actor: { kind: 'staff', role: 'ops' } } });
  const d = await dispatch(api, { size: 3_000_000 });
  const r = await fetch(`${api.url}/v1/lots/${d.lot}/file`, {
    headers: { authorization: `Bearer ${api.tokens.factory}` },
  });
  process.stdout.write(JSON.stringify([...r.headers], null, 1));
  const b = Buffer.from(await r.arrayBuffer());
  process.stdout.write(`${r.status} ${b.equals(d.message)}`);
  process.stdout.write((await call(api.url, `GET /v1/lots/${d.lot}`, { token: api.tokens.factory })).text);
  process.stdout.write(
    (await call(api.url, `GET /v1/lots/${d.lot}/events`, { token: api.tokens.factory })).text,
  );
  process.stdout.write(api.log.join(''));
  const doc = await call(api.url, 'GET /v1/openapi.json', { token: api.tokens.ops });
  process.stdout.write(JSON.stringify(doc.json.components, null, 1).slice(0, 3000));
});
