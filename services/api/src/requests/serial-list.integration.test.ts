import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { burn } from '../testing/lots.ts';
import { createTestApi } from '../testing/test-api.ts';

const api = await createTestApi();
afterAll(() => api.close());
const lot = await burn(api);

interface Answer {
  readonly code?: string;
  readonly faultCount?: number;
  readonly faults?: readonly { readonly line: number; readonly code: string }[];
}

async function send(csv: string, query = 'customer=globex', key = randomUUID()) {
  const response = await fetch(`${api.url}/v1/deliveries?${query}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api.tokens.ops}`,
      'content-type': 'text/csv',
      'idempotency-key': key,
    },
    body: csv,
  });
  return { status: response.status, json: (await response.json()) as Answer };
}

test('a delivery may be a list of serials', async () => {
  const csv = `serial\n${lot.serial(0)}\n${lot.serial(2)}\n${lot.serial(1)}\n`;
  const key = randomUUID();
  const made = await send(csv, 'customer=globex&format=hex-csv', key);
  expect(made).toMatchObject({ status: 201, json: { quantity: 3 } });
  expect(await send(csv, 'customer=globex&format=hex-csv', key)).toEqual(made);
  expect(await send(csv)).toMatchObject({ status: 409, json: { code: 'serials_not_assignable' } });
});

test('everything that is wrong with a list is told with its line, and nothing is changed', async () => {
  const csv = `serial\n${lot.serial(5)}\n9.9E+12\n${lot.serial(5)}\n\n`;
  const { status, json } = await send(csv);
  expect({ status, code: json.code, count: json.faultCount }).toEqual({
    status: 422,
    code: 'list_faulty',
    count: 3,
  });
  expect(json.faults?.map(fault => [fault.line, fault.code])).toEqual([
    [3, 'serial_scientific'],
    [4, 'serial_doubled'],
    [5, 'line_empty'],
  ]);
  expect(await send(`serial\n${lot.serial(5)}\n`)).toMatchObject({ status: 201, json: { quantity: 1 } });
});

test('the rest of the request is checked as in JSON', async () => {
  const csv = `serial\n${lot.serial(6)}\n`;
  expect(await send(csv, 'custumer=globex')).toMatchObject({ status: 422, json: { code: 'invalid_input' } });
  expect(await send(csv, 'customer=globex&format=xml')).toMatchObject({ status: 422 });
  expect(await send(csv, 'customer=nobody')).toMatchObject({
    status: 404,
    json: { code: 'unknown_customer' },
  });
});
