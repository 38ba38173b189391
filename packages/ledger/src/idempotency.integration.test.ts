import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimRequest, forgetOldAnswers, type KeptAnswer, keepAnswer, placeOrder } from './index.ts';
import { createTestLedger, furnish, type TestLedger } from './testing.ts';

let world: TestLedger;
let ops: string;
beforeAll(async () => {
  world = await createTestLedger();
  ops = await furnish(world.ledger);
});
afterAll(() => world.drop());

const REUSED = expect.objectContaining({ name: 'LedgerError', code: 'idempotency_key_reused' });

/** A request as the API makes it: the effect and its answer in one transaction. */
function order(key: string, body = 'ten tokens', actor = ops): Promise<KeptAnswer> {
  const request = { key, hash: createHash('sha256').update(body).digest() };
  return world.as('seedlot_api').commit(actor, async effect => {
    const kept = await claimRequest(effect, request);
    if (kept !== null) return kept;
    if (body === 'refused') throw new RangeError('refused');
    const placed = { product: 'ex-totp-1', quantity: 10, factory: 'acme', nonProduction: false };
    const answer = { status: 201, text: `{"z": 1, "order":"${(await placeOrder(effect, placed)).order}"}` };
    await keepAnswer(effect, request, answer);
    return answer;
  });
}

async function orders(): Promise<number> {
  const { rows } = await world.database.pool.query<{ n: number }>('select count(*)::int as n from orders');
  return rows[0]?.n ?? 0;
}

test('an equal request gets the same answer, byte for byte, and has no second effect', async () => {
  const before = await orders();
  const first = await order('same');
  expect(await order('same')).toEqual(first);
  expect(await orders()).toBe(before + 1);
});

test('many equal requests at once have one effect and one answer', async () => {
  const before = await orders();
  const answers = await Promise.all(Array.from({ length: 8 }, () => order('at once')));
  expect(new Set(answers.map(answer => answer.text)).size).toBe(1);
  expect(await orders()).toBe(before + 1);
});

test('another request under the key is refused, before and after the first has ended', async () => {
  const both = await Promise.allSettled([order('two', 'ten tokens'), order('two', 'eleven tokens')]);
  expect(both.map(one => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(both.find(one => one.status === 'rejected')?.reason).toEqual(REUSED);
  await expect(order('two', 'twelve tokens')).rejects.toEqual(REUSED);
});

test('a key belongs to its actor', async () => {
  const mine = await order('shared');
  expect(await order('shared', 'ten tokens', 'service:api')).not.toEqual(mine);
});

test('a request that failed leaves its key free', async () => {
  await expect(order('free', 'refused')).rejects.toThrow(RangeError);
  expect(await order('free')).toMatchObject({ status: 201 });
});

test('an answer is forgotten after a day, not before', async () => {
  const age = (key: string, interval: string) =>
    world.database.pool.query(
      `update idempotency_keys set answered_at = now() - $2::interval where key = $1`,
      [key, interval],
    );
  const [old, young] = [await order('old'), await order('young')];
  await age('old', '24 hours 1 second');
  await age('young', '23 hours 59 minutes');
  await world.as('seedlot_api').commit(ops, forgetOldAnswers);
  expect(await order('young')).toEqual(young);
  expect(await order('old')).not.toEqual(old);
});
