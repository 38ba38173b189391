import { createDoorbell, createRedisBackend, createWorker, type QueueError } from '@seedlot/queue';
import { freePort, type RestartableRedis } from '@seedlot/queue/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canStartRedis, lacks } from '../setup/requirements.ts';
import { Answers, knockUntilHeard } from './answers.ts';
import { describeDoorbell, type QueueUnderTest } from './doorbell-conformance.ts';
import { redisCommand } from './redis-command.ts';
import { newPrefix, openTestRedis, startOwnRedis, type TestRedis } from './test-redis.ts';

describe.skipIf(lacks('redis'))('Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await openTestRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  describeDoorbell('Redis', ['FLUSHDB', 'FLUSHALL and SCRIPT FLUSH'], () => openQueue(redis.url));
});

/** What needs a server of our own. */
describe.skipIf(!canStartRedis())('a Redis that goes away', () => {
  let redis: RestartableRedis;
  beforeAll(async () => {
    redis = await startOwnRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  it('answers again after a restart of Redis, which has forgotten all', async () => {
    const queue = await openQueue(redis.url);
    const backend = await queue.connect();
    const doorbell = createDoorbell(backend);
    const answers = new Answers();
    const worker = await createWorker(backend, 'dispatch', answers.answer);
    await redis.kill();
    expect(await doorbell.knock('dispatch', { lot: 'L1' })).toBe(false);
    await redis.up();
    await knockUntilHeard(doorbell, answers, 'L2');
    await worker.close();
    await backend.close();
    expect(queue.faults.length).toBeLessThan(20);
  });

  it('closes while Redis is gone', async () => {
    const queue = await openQueue(redis.url);
    const backend = await queue.connect();
    const worker = await createWorker(backend, 'dispatch', async () => {});
    await redis.kill();
    await worker.close();
    await backend.close();
    await redis.up();
  });

  it.each(['allkeys-lru', 'volatile-ttl'])('refuses to be a queue that evicts by %s', async policy => {
    await redisCommand(redis.url, `CONFIG SET maxmemory-policy ${policy}`);
    const evicting = createRedisBackend({ url: redis.url, prefix: newPrefix(), report: () => {} });
    await expect(evicting).rejects.toMatchObject({ name: 'QueueError', code: 'queue_evicts_jobs' });
    await redisCommand(redis.url, 'CONFIG SET maxmemory-policy noeviction');
    await (await (await openQueue(redis.url)).connect()).close();
  });

  it('does not let in who has no password, or a wrong one', async () => {
    await redisCommand(redis.url, 'CONFIG SET requirepass right');
    const as = (password: string) =>
      createRedisBackend({
        url: Object.assign(new URL(redis.url), { password }).href,
        prefix: newPrefix(),
        report: () => {},
      });
    for (const password of ['', 'wrong']) {
      await expect(as(password)).rejects.toMatchObject({ name: 'QueueError', code: 'queue_unreachable' });
    }
    await (await as('right')).close();
    await redisCommand(
      Object.assign(new URL(redis.url), { password: 'right' }).href,
      'CONFIG SET requirepass ""',
    );
  });

  it('refuses a malformed URL and a server that does not answer', async () => {
    const malformed = createRedisBackend({ url: 'hunter2@nowhere', prefix: 'test', report: () => {} });
    await expect(malformed).rejects.toMatchObject({ name: 'QueueError', code: 'queue_url_malformed' });
    await expect(malformed).rejects.not.toHaveProperty('message', expect.stringContaining('hunter2'));
    const url = `redis://127.0.0.1:${await freePort()}`;
    const absent = createRedisBackend({ url, prefix: 'test', report: () => {} });
    await expect(absent).rejects.toMatchObject({ name: 'QueueError', code: 'queue_unreachable' });
  });
});

async function openQueue(url: string): Promise<QueueUnderTest> {
  const prefix = newPrefix();
  const faults: QueueError[] = [];
  return {
    connect: () => createRedisBackend({ url, prefix, report: fault => faults.push(fault) }),
    faults,
    wipes: {
      FLUSHDB: () => redisCommand(url, 'FLUSHDB'),
      'FLUSHALL and SCRIPT FLUSH': async () => {
        await redisCommand(url, 'FLUSHALL');
        await redisCommand(url, 'SCRIPT FLUSH');
      },
    },
    address: ['redis', url, prefix],
    [Symbol.asyncDispose]: async () => {},
  };
}
