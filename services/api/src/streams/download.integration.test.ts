import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { call } from '../testing/client.ts';
import { dispatch, place } from '../testing/lots.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());

/** More than three chunks of the sealed file, and no multiple of any. */
const stored = await dispatch(api, { size: 3 * 65_536 + 12_345 });
const etag = `"${createHash('sha256').update(stored.message).digest('hex')}"`;

function open(lot: string, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> {
  const authorization = `Bearer ${api.tokens.factory}`;
  return fetch(`${api.url}/v1/lots/${lot}/file`, { ...init, headers: { authorization, ...headers } });
}

async function bytes(answer: Response): Promise<Buffer> {
  return Buffer.from(await answer.arrayBuffer());
}

async function downloads(lot: string): Promise<{ fromByte: number; actor: string }[]> {
  const { rows } = await api.database.pool.query(
    `select line from records where type = 'file.downloaded' and lot_id = $1 order by seq`,
    [lot],
  );
  return rows.map(row => JSON.parse(row.line.toString()));
}

async function leases(): Promise<number> {
  const { rows } = await api.database.pool.query(
    `select count(*)::int as n from leases where ring = 'files'`,
  );
  return rows[0].n;
}

test('the file comes as it was stored, as often as it is asked for, each time recorded', async () => {
  const { lot, message } = await dispatch(api, { size: 100_000 });
  for (let i = 0; i < 3; i++) {
    const answer = await open(lot);
    expect(answer.status).toBe(200);
    expect((await bytes(answer)).equals(message)).toBe(true);
  }
  expect(await downloads(lot)).toMatchObject(
    Array(3).fill({ fromByte: 0, actor: 'factory:acme', size: 100_000 }),
  );
  await expect.poll(leases).toBe(0);
});

test('its headers name it, its version and its length', async () => {
  const answer = await open(stored.lot);
  await bytes(answer);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${stored.lot}.csv.pgp"`,
    'content-length': `${stored.message.length}`,
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
    etag,
  });
});

test('eight downloads of one file at once do not stop each other', async () => {
  const { lot, message } = await dispatch(api, { size: 100_000 });
  const answers = await Promise.all(Array.from({ length: 8 }, () => open(lot)));
  expect(answers.map(answer => answer.status)).toEqual(Array(8).fill(200));
  for (const answer of answers) expect((await bytes(answer)).equals(message)).toBe(true);
});

describe('a range', () => {
  test('is told with its place', async () => {
    const answer = await open(stored.lot, { range: 'bytes=65530-65545', 'if-range': etag });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes 65530-65545/${stored.message.length}`);
    expect(answer.headers.get('content-length')).toBe('16');
    expect(await bytes(answer)).toEqual(stored.message.subarray(65_530, 65_546));
  });

  test('of another version is the whole file', async () => {
    const answer = await open(stored.lot, { range: 'bytes=100-', 'if-range': '"another"' });
    expect(answer.status).toBe(200);
    expect((await bytes(answer)).equals(stored.message)).toBe(true);
  });

  test('beyond the end is refused, and records nothing', async () => {
    const before = await downloads(stored.lot);
    const answer = await open(stored.lot, { range: `bytes=${stored.message.length}-` });
    expect(answer.status).toBe(416);
    expect(answer.headers.get('content-range')).toBe(`bytes */${stored.message.length}`);
    expect(await answer.json()).toMatchObject({ code: 'range_not_satisfiable' });
    expect(await downloads(stored.lot)).toEqual(before);
  });

  test('and the next make the file again, wherever it is cut', async () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: stored.message.length - 1 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(cuts, async places => {
        const ends = [...places.sort((a, b) => a - b), stored.message.length];
        const parts = ends.map((end, i) =>
          open(stored.lot, { range: `bytes=${ends[i - 1] ?? 0}-${end - 1}` }).then(bytes),
        );
        expect(Buffer.concat(await Promise.all(parts)).equals(stored.message)).toBe(true);
      }),
      { numRuns: 12 },
    );
  });
});

test('a download that broke off is resumed where it was', async () => {
  const { lot, message } = await dispatch(api, { size: 8_000_000 });
  const leave = new AbortController();
  const broken = await open(lot, {}, { signal: leave.signal });
  const reader = broken.body?.getReader();
  const { value: first = new Uint8Array() } = (await reader?.read()) ?? {};
  leave.abort();
  const rest = await open(lot, {
    range: `bytes=${first.length}-`,
    'if-range': `${broken.headers.get('etag')}`,
  });
  expect(rest.status).toBe(206);
  expect(Buffer.concat([first, await bytes(rest)]).equals(message)).toBe(true);
  expect((await downloads(lot)).map(record => record.fromByte)).toEqual([0, first.length]);
  await expect.poll(leases).toBe(0);
});

test('HEAD tells the same and consumes nothing', async () => {
  const { lot, order, message } = await dispatch(api);
  const answer = await open(lot, {}, { method: 'HEAD' });
  expect([answer.status, answer.headers.get('content-length')]).toEqual([200, `${message.length}`]);
  expect(await bytes(answer)).toHaveLength(0);
  const part = await open(lot, { range: 'bytes=10-19' }, { method: 'HEAD' });
  expect([part.status, part.headers.get('content-length')]).toEqual([206, '10']);
  expect([await downloads(lot), await leases()]).toEqual([[], 0]);
  expect(await call(api.url, `POST /v1/orders/${order}/cancel`, { token: api.tokens.ops })).toMatchObject({
    status: 200,
  });
});

test('before its records are published a file cannot be had, nor is the try recorded', async () => {
  const { lot } = await dispatch(api);
  await api.database.pool.query('update records set published_at = null where lot_id = $1', [lot]);
  for (const method of ['GET', 'HEAD']) {
    const answer = await open(lot, {}, { method });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([409, '1']);
  }
  expect(await downloads(lot)).toEqual([]);
  expect(await leases()).toBe(0);
  expect(api.knocks).toContainEqual({ job: 'publish' });
});

test('a lot without a file has none to download', async () => {
  const { lot } = await place(api);
  expect(await call(api.url, `GET /v1/lots/${lot}/file`, { token: api.tokens.factory })).toMatchObject({
    status: 404,
    json: { code: 'file_absent' },
  });
});

test('of a download and a cancellation at once, one happens', async () => {
  const outcomes = new Set<string>();
  for (let round = 0; round < 8; round++) {
    const { lot, order, message } = await dispatch(api);
    const [answer, cancelled] = await Promise.all([
      open(lot),
      call(api.url, `POST /v1/orders/${order}/cancel`, { token: api.tokens.ops }),
    ]);
    const got = await bytes(answer);
    outcomes.add(`${answer.status} ${cancelled.status}`);
    expect((await downloads(lot)).length).toBe(answer.status === 200 ? 1 : 0);
    if (answer.status === 200) expect(got.equals(message)).toBe(true);
  }
  for (const outcome of outcomes) expect(['200 409', '404 200', '409 200']).toContain(outcome);
});

test('a file whose lot is cancelled or lost is gone at once', async () => {
  const { lot, order } = await dispatch(api);
  await call(api.url, `POST /v1/orders/${order}/cancel`, { token: api.tokens.ops });
  expect(await call(api.url, `GET /v1/lots/${lot}/file`, { token: api.tokens.factory })).toMatchObject({
    status: 404,
    json: { code: 'file_absent' },
  });
});
