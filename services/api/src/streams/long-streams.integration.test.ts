import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { createApi } from '../index.ts';
import { call } from '../testing/client.ts';
import { dispatch } from '../testing/lots.ts';
import { createTestApi, type TestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());

/** More than the buffers between the server and a client that does not read. */
const HUGE = 64 * 1024 * 1024;
const stored = await dispatch(api, { size: HUGE });

interface Stalled {
  readonly answer: Response;
  readonly leave: () => void;
}

const open: Stalled[] = [];
afterEach(async () => {
  for (const { leave } of open.splice(0)) leave();
  vi.useRealTimers();
  await expect.poll(() => leases()).toEqual([]);
});

/** A client that takes the headers and reads no further. */
async function stall(url: string, path: string): Promise<Stalled> {
  const abort = new AbortController();
  const headers = { authorization: `Bearer ${api.tokens.factory}` };
  const answer = await fetch(url + path, { headers, signal: abort.signal });
  const stalled = { answer, leave: () => abort.abort() };
  open.push(stalled);
  return stalled;
}

async function leases(): Promise<{ endsAt: Date }[]> {
  const { rows } = await api.database.pool.query(
    `select ends_at as "endsAt" from leases where lots = array[$1] and ring = 'files' order by 1`,
    [stored.lot],
  );
  return rows;
}

async function drain(answer: Response): Promise<number> {
  let size = 0;
  for await (const chunk of answer.body ?? []) size += chunk.length;
  return size;
}

describe('a client that stalls', () => {
  test('holds a lease, which is renewed while it stays and given back when it leaves', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { leave } = await stall(api.url, `/v1/lots/${stored.lot}/file`);
    const [first] = await leases();
    vi.advanceTimersByTime(10_000);
    await expect
      .poll(async () => (await leases())[0]?.endsAt.getTime())
      .toBeGreaterThan(first?.endsAt.getTime() ?? 0);
    leave();
    await expect.poll(leases).toEqual([]);
  });

  test('is cut at the first renewal after a shred of the lot has begun', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { answer } = await stall(api.url, `/v1/lots/${stored.lot}/file`);
    await api.database.pool.query(
      `insert into shreds (id, lot_id, reason) values ('shred-000001', $1, 'order_cancelled')`,
      [stored.lot],
    );
    await api.database.pool.query(
      `insert into shred_serials select 'shred-000001', id, space_id, numbers from lots where id = $1`,
      [stored.lot],
    );
    const refused = await call(api.url, `GET /v1/lots/${stored.lot}/file`, { token: api.tokens.factory });
    expect(refused).toMatchObject({ status: 409, json: { code: 'lease_refused' } });
    vi.advanceTimersByTime(10_000);
    await expect(drain(answer)).rejects.toThrow();
    await expect.poll(leases).toEqual([]);
    await api.database.pool.query('delete from shred_serials; delete from shreds');
  });

  test('does not keep the server from stopping, nor its lease', async () => {
    const other = createApi(api.parts);
    const url = await other.listen(0);
    const { answer } = await stall(url, `/v1/lots/${stored.lot}/file`);
    expect(await leases()).toHaveLength(1);
    await other.close();
    expect(await leases()).toEqual([]);
    await expect(drain(answer)).rejects.toThrow();
  });

  test('has eight places, and one more when it leaves one', async () => {
    const stalled = await Promise.all(
      Array.from({ length: 8 }, () => stall(api.url, `/v1/lots/${stored.lot}/file`)),
    );
    const ninth = await call(api.url, `GET /v1/lots/${stored.lot}/file`, { token: api.tokens.factory });
    expect(ninth).toMatchObject({ status: 429, json: { code: 'streams_exhausted' } });
    expect(ninth.headers.get('retry-after')).toBe('5');
    stalled[0]?.leave();
    await expect
      .poll(async () => (await stall(api.url, `/v1/lots/${stored.lot}/file`)).answer.status)
      .toBe(200);
  });
});

test('a reader is served the whole of a huge file', async () => {
  const { answer } = await stall(api.url, `/v1/lots/${stored.lot}/file`);
  expect(await drain(answer)).toBe(HUGE);
});

test('places are free again after as many short downloads as you like', async () => {
  const small: Awaited<ReturnType<typeof dispatch>> = await dispatch(api as TestApi);
  for (let i = 0; i < 20; i++) {
    expect(
      (await call(api.url, `GET /v1/lots/${small.lot}/file`, { token: api.tokens.factory })).status,
    ).toBe(200);
  }
});
