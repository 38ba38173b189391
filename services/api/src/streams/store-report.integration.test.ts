import { request } from 'node:http';
import { type ObjectStore, ObjectStoreError, type ObjectStoreErrorCode } from '@seedlot/object-store';
import { createMessage, generateKey, type PrivateKey, sign } from 'openpgp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { call } from '../testing/client.ts';
import { dispatch } from '../testing/lots.ts';
import { createTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
let old: PrivateKey;
let current: PrivateKey;
let lot: string;

/** What the object store answers to the next uploads instead of taking them, after a first piece. */
let mishap: ObjectStoreErrorCode | null = null;

/** A store on a disk that is full, or in a cellar that is cut off, while there is a mishap. */
function mishapping(store: ObjectStore): ObjectStore {
  return {
    put: async (name, source, options) => {
      if (mishap === null) return store.put(name, source, options);
      for await (const piece of source) if (piece.length > 0) break;
      throw new ObjectStoreError(mishap, `${name}: the store has a mishap`);
    },
    read: (name, range) => store.read(name, range),
    size: name => store.size(name),
    delete: name => store.delete(name),
    list: prefix => store.list(prefix),
  };
}

beforeAll(async () => {
  api = await createTestApi(parts => ({ ...parts, objects: mishapping(parts.objects) }));
  old = await pinNewKey();
  current = await pinNewKey();
});
afterAll(() => api.close());

beforeEach(async () => {
  const dispatched = await dispatch(api);
  lot = dispatched.lot;
  await api.database.pool.query(`update lots set state = 'received' where id = $1`, [lot]);
});

async function pinNewKey(): Promise<PrivateKey> {
  const { privateKey, publicKey } = await generateKey({
    type: 'ecc',
    curve: 'nistP256',
    userIDs: [{ name: 'acme' }],
    date: new Date(Date.now() - 60_000),
    format: 'object',
  });
  const body = { publicKey: publicKey.armor() };
  const { status } = await call(api.url, 'POST /v1/factories/acme/key', { token: api.tokens.ops, body });
  expect(status).toBe(200);
  return privateKey;
}

async function signatureOf(csv: string, key = current): Promise<string> {
  const message = await createMessage({ binary: Buffer.from(csv) });
  const bytes = await sign({ message, signingKeys: key, detached: true, format: 'binary' });
  return Buffer.from(bytes).toString('base64');
}

async function send(csv: string, signature?: string, token = api.tokens.factory) {
  const headers = {
    'content-type': 'text/csv',
    ...(signature !== undefined && { 'seedlot-signature': signature }),
  };
  return call(api.url, `POST /v1/lots/${lot}/reports`, { token, body: csv, headers });
}

const CSV = 'lot,serial,result\nnot,read,yet\n';

/** What there is of this lot's parts: rows, attempts that are not over, and objects. */
async function traces() {
  const { rows } = await api.database.pool.query(
    `select (select count(*)::int from reports where lot_id = $1) as parts,
      (select count(*)::int from file_attempts where lot_id = $1 and kind = 'report' and state = 'open') as open`,
    [lot],
  );
  const objects = await Array.fromAsync(api.objects.list(`reports/${lot}/`));
  return { ...rows[0], objects: objects.length };
}

test('a part with a good signature is stored sealed, once, however often it comes', async () => {
  const signature = await signatureOf(CSV);
  const [first, second] = await Promise.all([send(CSV, signature), send(CSV, signature)]);
  const again = await send(CSV, signature);
  expect(first).toMatchObject({ status: 201, json: { lot, state: 'received', size: CSV.length } });
  expect([second?.json.report, again.json.report]).toEqual([first?.json.report, first?.json.report]);
  expect(await traces()).toEqual({ parts: 1, open: 0, objects: 1 });
  const [name = ''] = await Array.fromAsync(api.objects.list(`reports/${lot}/`));
  const stored = Buffer.concat(await Array.fromAsync(api.objects.read(name)));
  expect(stored.includes(CSV)).toBe(false);
  expect(api.knocks).toContainEqual({ job: 'report', report: first?.json.report });
});

test.each([
  ['of other bytes', async () => signatureOf(`${CSV}\n`), 'signature_wrong'],
  ['by a key that was replaced', async () => signatureOf(CSV, old), 'signature_key_replaced'],
  ['that is none', async () => 'AAAA', 'signature_malformed'],
  ['that is no base64', async () => '%%%', 'signature_missing'],
  ['that is absent', async () => undefined, 'signature_missing'],
])('a part with a signature %s leaves nothing', async (_, signature, code) => {
  expect(await send(CSV, await signature())).toMatchObject({ status: 422, json: { code } });
  expect(await traces()).toEqual({ parts: 0, open: 0, objects: 0 });
});

test('another factory does not even learn that the lot exists', async () => {
  const reply = await send(CSV, await signatureOf(CSV), api.tokens.otherFactory);
  expect(reply).toMatchObject({ status: 404, json: { code: 'unknown_lot' } });
});

test('before the receipt for its file a lot takes no report', async () => {
  await api.database.pool.query(`update lots set state = 'dispatched' where id = $1`, [lot]);
  const reply = await send(CSV, await signatureOf(CSV));
  expect(reply).toMatchObject({ status: 409, json: { code: 'report_not_due' } });
});

test('an upload that is cut in the middle leaves nothing', async () => {
  const signature = await signatureOf(CSV);
  await expect(sendHalf(signature)).rejects.toThrow('the line is cut');
  await expect.poll(traces).toEqual({ parts: 0, open: 0, objects: 0 });
  expect(await send(CSV, signature)).toMatchObject({ status: 201 });
});

test.each(['store_full', 'store_unreachable', 'put_aborted'] as const)(
  'an upload that the store ends with %s changes nothing, and can be sent again as it is',
  async code => {
    const signature = await signatureOf(CSV);
    mishap = code;
    try {
      const reply = await send(CSV, signature);
      expect(reply).toMatchObject({ status: 503, json: { code: 'temporarily_unavailable' } });
      expect(reply.headers.get('retry-after')).not.toBeNull();
      expect(await traces()).toEqual({ parts: 0, open: 0, objects: 0 });
    } finally {
      mishap = null;
    }
    expect(await send(CSV, signature)).toMatchObject({ status: 201, json: { state: 'received' } });
    expect(await traces()).toEqual({ parts: 1, open: 0, objects: 1 });
  },
);

/** Sends the first bytes of an upload and then cuts the line: rejects, since no answer can come. */
function sendHalf(signature: string): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const headers = {
    authorization: `Bearer ${api.tokens.factory}`,
    'content-type': 'text/csv',
    'content-length': '1000',
    'seedlot-signature': signature,
  };
  const sending = request(`${api.url}/v1/lots/${lot}/reports`, { method: 'POST', headers });
  sending.on('error', reject);
  sending.write(CSV);
  void untilUploading().then(() => sending.destroy(new Error('the line is cut')));
  return promise;
}

async function untilUploading(): Promise<void> {
  await expect.poll(async () => (await traces()).open).toBe(1);
}
