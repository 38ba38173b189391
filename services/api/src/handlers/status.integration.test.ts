import { afterAll, describe, expect, test } from 'vitest';
import { call, type Reply } from '../testing/client.ts';
import { createTestApi } from '../testing/test-api.ts';

let isDown = false;
const NONE = { waiting: 0, active: 0, delayed: 0 };
const api = await createTestApi(parts => ({
  ...parts,
  queue: {
    kind: 'redis',
    count: async () => {
      if (isDown) throw new Error('redis://user:hunter2@nowhere does not answer');
      return { dispatch: { ...NONE, waiting: 3 } };
    },
  },
}));
afterAll(() => api.close());

function status(token = api.tokens.ops): Promise<Reply> {
  return call(api.url, 'GET /v1/status', { token });
}

test('tells staff where the system stands', async () => {
  const body = { product: 'ex-totp-1', quantity: 7, factory: 'acme' };
  const placed = await call(api.url, 'POST /v1/orders', { token: api.tokens.ops, body });
  expect(await status()).toMatchObject({
    status: 200,
    json: {
      lots: [{ state: 'ordered', count: 1, serials: 7 }],
      custody: { reserved: 7 },
      due: { total: 1, items: [{ step: 'generate', subject: placed.json.lot, late: false, failure: null }] },
      queue: { kind: 'redis', reachable: true, jobs: { dispatch: { ...NONE, waiting: 3 } } },
      workers: [],
      notary: { lastNumbered: null, waiting: expect.any(Number) },
    },
  });
});

test.each(['approver', 'compliance', 'admin'] as const)('is for %s, too', async party => {
  expect(await status(api.tokens[party])).toMatchObject({ status: 200 });
});

test.each(['factory', 'customer'] as const)('is not for a %s', async party => {
  expect(await status(api.tokens[party])).toMatchObject({ status: 403, json: { code: 'role_refused' } });
});

describe('a queue that does not answer', () => {
  test('is told as such, with all the rest, and says nothing of its address', async () => {
    isDown = true;
    const reply = await status();
    expect(reply).toMatchObject({
      status: 200,
      json: { queue: { kind: 'redis', reachable: false, jobs: null }, custody: { reserved: 7 } },
    });
    expect(JSON.stringify(reply.json)).not.toContain('hunter2');
  });
});
