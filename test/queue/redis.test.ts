import { randomBytes } from 'node:crypto';
import { createDoorbell, createRedisBackend, createWorker, type QueueError } from '@seedlot/queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lacks, programPath, redisUrl } from '../setup/requirements.ts';
import { Answers, knockUntilHeard } from './answers.ts';
import { describeDoorbell, type QueueUnderTest } from './doorbell-conformance.ts';
import { freePort } from './free-port.ts';
import { redisCommand } from './redis-command.ts';
import { RedisServer } from './redis-server.ts';

const program = programPath('redis');

describe.skipIf(lacks('redis'))('Redis', () => {
  let own: RedisServer | undefined;
  let url = redisUrl() ?? '';
  beforeAll(async () => {
    if (url !== '') return;
    own = await RedisServer.start(program ?? '');
    url = own.url;
  });
  afterAll(() => own?.[Symbol.asyncDispose]());

  describeDoorbell('Redis', ['FLUSHDB', 'FLUSHDB and SCRIPT FLUSH'], () => openQueue(url));
});

/** What needs a server of our own. */
describe.skipIf(program === undefined)('a Redis that goes away', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start(program ?? '');
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  it('answers again after a restart of Redis, which has forgotten all', async () => {
    const queue = await openQueue(redis.url);
    const backend = await queue.connect();
    const doorbell = createDoorbell(backend);
    const answers = new Answers();
    const worker = await createWorker(backend, 'dispatch', answers.answer);
    await redis.down();
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
    await redis.down();
    await worker.close();
    await backend.close();
    await redis.up();
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
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  const faults: QueueError[] = [];
  return {
    connect: () => createRedisBackend({ url, prefix, report: fault => faults.push(fault) }),
    faults,
    wipes: {
      FLUSHDB: () => redisCommand(url, 'FLUSHDB'),
      'FLUSHDB and SCRIPT FLUSH': async () => {
        await redisCommand(url, 'FLUSHDB');
        await redisCommand(url, 'SCRIPT FLUSH');
      },
    },
    address: ['redis', url, prefix],
    [Symbol.asyncDispose]: async () => {},
  };
}
