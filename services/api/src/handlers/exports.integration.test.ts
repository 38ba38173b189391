import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { call, type Reply } from '../testing/client.ts';
import { burn, exportDelivery, publish } from '../testing/lots.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());

let lot: Awaited<ReturnType<typeof burn>>;
let delivery: string;
let stored: Awaited<ReturnType<typeof exportDelivery>>;
const { ops, customer, otherCustomer, admin } = api.tokens;

beforeEach(async () => {
  lot = await burn(api);
  const body = {
    customer: 'globex',
    format: 'hex-csv',
    serials: [{ first: lot.serial(0), last: lot.serial(3) }],
  };
  delivery = String((await call(api.url, 'POST /v1/deliveries', { token: ops, body })).json.delivery);
  stored = await exportDelivery(api, delivery, 100_000);
});

const path = () => `/v1/deliveries/${delivery}`;
const show = async () => (await call(api.url, `GET ${path()}`, { token: ops })).json;
const cancel = () => call(api.url, `POST ${path()}/cancel`, { token: ops });
const fetchFile = (headers = {}, token = customer) =>
  fetch(`${api.url}${path()}/file`, { headers: { authorization: `Bearer ${token}`, ...headers } });
const hand = (sha256: string, token = customer) =>
  call(api.url, `POST ${path()}/receipt`, { token, body: { sha256 } });
const serial = async (n: number): Promise<Reply['json']> =>
  (await call(api.url, `GET /v1/serials/${lot.serial(n)}`, { token: ops })).json;

async function download(headers = {}): Promise<Buffer> {
  const answer = await fetchFile(headers);
  expect(answer.status).toBeLessThan(300);
  return Buffer.from(await answer.arrayBuffer());
}

async function types(): Promise<string[]> {
  const { rows } = await api.database.pool.query(
    'select type from records where delivery_id = $1 order by seq',
    [delivery],
  );
  return rows.map(row => row.type);
}

describe('an export', () => {
  test('comes to its customer under its own name, whole, in part and as a head', async () => {
    const head = await fetch(`${api.url}${path()}/file`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${customer}` },
    });
    expect(head.headers.get('content-disposition')).toBe(`attachment; filename="${delivery}.csv.pgp"`);
    expect(await show()).toMatchObject({ state: 'exported', file: { fileName: `${delivery}.csv.pgp` } });
    expect((await download()).equals(stored.message)).toBe(true);
    const rest = await fetchFile({ range: 'bytes=70000-', 'if-range': head.headers.get('etag') });
    expect(rest.status).toBe(206);
    expect(Buffer.from(await rest.arrayBuffer()).equals(stored.message.subarray(70_000))).toBe(true);
    expect(await show()).toMatchObject({ state: 'delivered', file: { file: stored.file } });
    expect(await serial(0)).toMatchObject({ custody: 'delivered', delivery, customer: 'globex' });
    expect(await serial(4)).toMatchObject({ custody: 'burned', delivery: null });
  });

  test.each(['delivery', 'lot'])('stays while a record of its %s is not published', async of => {
    await api.database.pool.query(
      `update records set published_at = null where seq in
        (select min(seq) from records where ${of}_id = $1)`,
      [of === 'lot' ? lot.lot : delivery],
    );
    const answer = await fetchFile();
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'records_unpublished' }]);
    expect(await show()).toMatchObject({ state: 'exported', file: { published: false } });
    await publish(api);
  });

  test('can be cancelled before its download, and not after', async () => {
    const other = delivery;
    expect(await cancel()).toMatchObject({ status: 200 });
    expect((await fetchFile()).status).toBe(404);
    const { rows } = await api.database.pool.query(
      `select reason, file_id from shreds join shred_files on shred_id = shreds.id where file_id = $1`,
      [stored.file],
    );
    expect(rows).toEqual([{ reason: 'delivery_cancelled', file_id: stored.file }]);
    const body = {
      customer: 'hooli',
      format: 'pskc',
      serials: [{ first: lot.serial(0), last: lot.serial(3) }],
    };
    delivery = String((await call(api.url, 'POST /v1/deliveries', { token: ops, body })).json.delivery);
    expect(delivery).not.toBe(other);
  });

  test('that is downloaded and cancelled at once is one or the other', async () => {
    const [file, cancelled] = await Promise.all([fetchFile(), cancel()]);
    await file.arrayBuffer();
    if (cancelled.status === 200) {
      expect(file.status).toBe(404);
      expect(await serial(0)).toMatchObject({ custody: 'burned' });
    } else {
      expect(cancelled.json.code).toBe('delivery_downloaded');
      expect(file.status).toBe(200);
      expect(await serial(0)).toMatchObject({ custody: 'delivered' });
    }
  });

  test('that follows another changes neither state nor custody at its download', async () => {
    await download();
    await call(api.url, `POST ${path()}/exports`, { token: ops });
    const second = await exportDelivery(api, delivery, 2_000);
    // As the shredder would: until the key of the first is gone, nothing of the delivery opens.
    await api.database.pool.query('update shreds set files_dropped_at = now()');
    expect((await download()).equals(second.message)).toBe(true);
    expect(await show()).toMatchObject({ state: 'delivered', file: { file: second.file, version: 2 } });
    expect((await types()).filter(type => type === 'file.downloaded')).toHaveLength(2);
  });

  test('is nothing to another customer, nor to staff', async () => {
    expect((await fetchFile({}, otherCustomer)).status).toBe(404);
    expect((await fetchFile({}, ops)).status).toBe(403);
  });
});

describe('its receipt', () => {
  test('is due after the download, and makes the delivery received', async () => {
    expect(await hand(stored.receipt)).toMatchObject({ status: 409, json: { code: 'receipt_not_due' } });
    await download();
    expect(await hand(stored.receipt, otherCustomer)).toMatchObject({ json: { code: 'unknown_delivery' } });
    expect(await hand(stored.receipt)).toMatchObject({
      status: 200,
      json: { delivery, file: stored.file, verdict: 'accepted' },
    });
    expect(await show()).toMatchObject({ state: 'received', file: { wrongReceipts: 0 } });
    expect((await types()).at(-1)).toBe('receipt.accepted');
  });

  test('locks the file when it is wrong five times, until somebody unlocks it', async () => {
    await download();
    for (let left = 4; left >= 0; left--) {
      expect(await hand('0'.repeat(64))).toMatchObject({
        status: 422,
        json: { code: 'receipt_wrong', left },
      });
    }
    expect(await hand(stored.receipt)).toMatchObject({ status: 423, json: { code: 'file_locked' } });
    await call(api.url, `POST /v1/files/${stored.file}/unlock`, { token: admin });
    expect((await types()).slice(-2)).toEqual(['file.locked', 'file.unlocked']);
    expect(await hand(stored.receipt)).toMatchObject({ status: 200 });
  });
});

describe('a serial', () => {
  test('tells its whole life, and nothing of its neighbours', async () => {
    await download();
    const view = await serial(0);
    expect(view).toMatchObject({
      serial: lot.serial(0),
      lot: lot.lot,
      seed: 'living',
      files: [
        { file: lot.file, kind: 'factory', state: 'current' },
        { file: stored.file, kind: 'export', state: 'current' },
      ],
    });
    const typesOf = ({ life }: Reply['json']) => (life as { type: string }[]).map(({ type }) => type);
    const before = ['order.placed', 'lot.generating', 'lot.sealed', 'file.made'];
    expect(typesOf(view)).toEqual([
      ...before,
      'delivery.created',
      'serials.assigned',
      'file.made',
      'file.downloaded',
    ]);
    expect(typesOf(await serial(9))).toEqual(before);
    expect(JSON.stringify(view.life)).toContain(`Assigned to ${delivery}`);
    expect(JSON.stringify(view.life)).not.toMatch(/undefined|\{\w+\}/);
  });

  test('that comes back is void for ever, and its record says why', async () => {
    await download();
    const body = { serials: [{ first: lot.serial(1), last: lot.serial(2) }], reason: 'broken display' };
    const voiding = () => call(api.url, 'POST /v1/serials/void', { token: ops, body });
    expect(await voiding()).toMatchObject({ status: 200, json: { quantity: 2 } });
    expect(await serial(1)).toMatchObject({ custody: 'void' });
    expect(JSON.stringify((await serial(1)).life)).toContain('Voided: broken display');
    expect(JSON.stringify((await serial(0)).life)).not.toContain('Voided');
    expect(await show()).toMatchObject({ quantity: 4, living: 2 });
    expect(await voiding()).toMatchObject({ status: 409, json: { code: 'transition_refused' } });
  });

  test.each(['9999999999999', 'NOBODY-1', 'lower', 'A'.repeat(65), 'A'])('%s is unknown', async text => {
    const reply = await call(api.url, `GET /v1/serials/${text}`, { token: ops });
    expect(['unknown_serial', 'serial_malformed']).toContain(reply.json.code);
  });
});

test('a lot is lost only while no serial of it was reported', async () => {
  const lose = (id: string) =>
    call(api.url, `POST /v1/lots/${id}/lost`, { token: ops, body: { reason: 'the ship sank' } });
  expect(await lose(lot.lot)).toMatchObject({ status: 409, json: { code: 'transition_refused' } });
});
