import { createDatabase, createPool, databaseUrl } from '@seedlot/database';
import { Ledger } from '@seedlot/ledger';
import { type ObjectStore, ObjectStoreError } from '@seedlot/object-store';
import { afterAll, describe, expect, test } from 'vitest';
import { type Api, type ApiParts, createApi } from '../index.ts';
import { call } from '../testing/client.ts';
import { dispatch } from '../testing/lots.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
const second: Api[] = [];
afterAll(async () => {
  await Promise.all(second.map(each => each.close()));
  await api.close();
});

/** Another API on the same stores, with some of its parts changed. */
async function apiWith(change: Partial<ApiParts>): Promise<string> {
  const other = createApi({ ...api.parts, ...change });
  second.push(other);
  return other.listen(0);
}

function ledgerOn(port: number): Ledger {
  const server = { host: '127.0.0.1', port, user: 'nobody', password: 'a-password-of-ours' };
  return new Ledger({
    database: createDatabase(createPool({ url: databaseUrl(server, 'seedlot'), applicationName: 'test' })),
    doorbell: { knock: async () => {} },
    onLostKnock: () => {},
  });
}

/** The object store, with one method that fails. */
function objectsThat(failing: Partial<ObjectStore>): ObjectStore {
  const { objects } = api.parts;
  return {
    put: (...args) => objects.put(...args),
    read: (...args) => objects.read(...args),
    size: name => objects.size(name),
    delete: name => objects.delete(name),
    list: prefix => objects.list(prefix),
    ...failing,
  };
}

describe('without a database', async () => {
  const url = await apiWith({ ledger: ledgerOn(1) });

  test('every request is told to come again, and nothing of where it is', async () => {
    for (const request of ['GET /v1', 'GET /v1/lots', 'POST /v1/orders', 'GET /v1/lots/lot-000001/file']) {
      const reply = await call(url, request, { token: api.tokens.ops });
      expect(reply).toMatchObject({ status: 503, json: { code: 'temporarily_unavailable' } });
      expect(reply.headers.get('retry-after')).toBe('2');
      expect(reply.text).not.toMatch(/127\.0\.0\.1|password|ECONN|PostgreSQL/);
    }
  });

  test('it lives and is not ready', async () => {
    expect(await call(url, 'GET /healthz')).toMatchObject({ status: 200 });
    expect(await call(url, 'GET /readyz')).toMatchObject({
      status: 503,
      json: { code: 'not_ready', detail: 'These do not answer: database' },
    });
  });
});

test('when the database goes away in the middle, the next request finds it again', async () => {
  await api.database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
  await expect.poll(async () => (await call(api.url, 'GET /v1', { token: api.tokens.ops })).status).toBe(200);
});

test('an object store that does not answer is told before a byte of the file', async () => {
  const { lot } = await dispatch(api);
  const objects = objectsThat({
    read: () => {
      throw new ObjectStoreError('store_unreachable', 'connect ETIMEDOUT s3.internal');
    },
  });
  const reply = await call(await apiWith({ objects }), `GET /v1/lots/${lot}/file`, {
    token: api.tokens.factory,
  });
  expect(reply).toMatchObject({ status: 503, json: { code: 'temporarily_unavailable' } });
  expect(reply.text).not.toContain('s3.internal');
});

describe('a defect', () => {
  const secret = 'a secret in an error';

  test('is told by a request id alone, and logged once under it', async () => {
    const { lot } = await dispatch(api);
    const objects = objectsThat({
      size: async () => {
        throw new TypeError(secret);
      },
    });
    const url = await apiWith({ objects });
    const from = api.log.length;
    const reply = await call(url, `GET /v1/lots/${lot}/file`, { token: api.tokens.factory });
    expect(reply).toMatchObject({
      status: 500,
      json: { code: 'internal_error', requestId: reply.headers.get('x-request-id') },
    });
    expect(reply.text).not.toContain(secret);
    const errors = api.log.slice(from).filter(line => line.includes('"level":"error"'));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(reply.headers.get('x-request-id'));
    expect(errors[0]).toContain(secret);
  });

  test('of a file that is gone from the store gives its lease back', async () => {
    const { lot } = await dispatch(api);
    for await (const name of api.objects.list(`files/${lot}/`)) await api.objects.delete(name);
    const reply = await call(api.url, `GET /v1/lots/${lot}/file`, { token: api.tokens.factory });
    expect(reply).toMatchObject({ status: 500, json: { code: 'internal_error' } });
    const { rows } = await api.database.pool.query(
      `select from leases where lots = array[$1] and ring = 'files'`,
      [lot],
    );
    expect(rows).toHaveLength(0);
  });
});

test.each([
  ['its first byte', 0],
  ['a byte of its first chunk', 100],
  ['its last byte', -1],
])('a stored file that was changed at %s gives no byte', async (_, at) => {
  const { lot } = await dispatch(api, { size: 200_000 });
  const url = await apiWith({ objects: objectsThat({ read: (name, range) => tampered(name, range, at) }) });
  const reply = await call(url, `GET /v1/lots/${lot}/file`, { token: api.tokens.factory });
  expect(reply).toMatchObject({ status: 500, json: { code: 'internal_error' } });
});

test('a stored file that was changed further on is cut before that byte', async () => {
  const { lot, message } = await dispatch(api, { size: 400_000 });
  const url = await apiWith({
    objects: objectsThat({ read: (name, range) => tampered(name, range, 200_000) }),
  });
  const answer = await fetch(`${url}/v1/lots/${lot}/file`, {
    headers: { authorization: `Bearer ${api.tokens.factory}` },
  });
  expect(answer.status).toBe(200);
  const got: Uint8Array[] = [];
  const reading = (async () => {
    for await (const chunk of answer.body ?? []) got.push(chunk);
  })();
  await expect(reading).rejects.toThrow();
  const bytes = Buffer.concat(got);
  expect(bytes.length).toBeLessThan(200_000);
  expect(bytes.equals(message.subarray(0, bytes.length))).toBe(true);
});

/** What the store has, one bit changed in the byte `at` of the object, from its end when negative. */
async function* tampered(
  name: string,
  range: { start: number; end: number } | undefined,
  at: number,
): AsyncGenerator<Uint8Array> {
  const size = (await api.objects.size(name)) ?? 0;
  const place = at < 0 ? size + at : at;
  let offset = range?.start ?? 0;
  for await (const chunk of api.objects.read(name, range)) {
    const copy = Uint8Array.from(chunk);
    if (offset <= place && place < offset + copy.length)
      copy[place - offset] = (copy[place - offset] ?? 0) ^ 1;
    offset += copy.length;
    yield copy;
  }
}
