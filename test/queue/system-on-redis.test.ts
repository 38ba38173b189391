import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { play } from '@seedlot/cli/testing';
import type { RestartableRedis } from '@seedlot/queue/testing';
import { generateKey } from 'openpgp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningSystem, startSystem } from '../cli/system.ts';
import { canStartRedis } from '../setup/requirements.ts';
import { redisCommand } from './redis-command.ts';
import { startOwnRedis } from './test-redis.ts';

/** What a person does who runs a lot on it. */
const ORDER = `
$ seedlot staff add Olga --role ops --save-token ops.token --token-file admin.token
! ...

$ seedlot product add ex-totp-1 --manufacturer Example --model EX-TOTP-1 --serial-prefix 99 --serial-width 11
Product  ex-totp-1

$ seedlot factory add acme --key acme.asc --save-token acme.token
! ...

$ seedlot order place --product ex-totp-1 --quantity 10 --factory acme --wait
! ...
Lot         lot-000001
Order       order-000001
State       dispatched
...
`;

describe.skipIf(!canStartRedis())('the system as a person starts it', () => {
  let redis: RestartableRedis;
  beforeAll(async () => {
    redis = await startOwnRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  async function expectLot(system: RunningSystem): Promise<void> {
    const { publicKey } = await generateKey({ userIDs: [{ name: 'Acme' }], format: 'armored' });
    await writeFile(path.join(system.folder, 'acme.asc'), publicKey);
    await writeFile(path.join(system.folder, 'admin.token'), system.token, { mode: 0o600 });
    const env = { SEEDLOT_SERVER: system.url, SEEDLOT_TOKEN_FILE: 'ops.token' };
    const scene = { folder: system.folder, env, happen: () => {} };
    for await (const { expected, came } of play(ORDER, scene)) expect(came).toBe(expected);
  }

  test('makes a lot over the Redis of --redis, under keys of its own', async () => {
    const system = await startSystem({ args: ['--redis', redis.url] });
    await expectLot(system);
    await redisCommand(
      redis.url,
      `EVAL "return redis.status_reply(#redis.call('keys', 'seedlot-*:dispatch:*') > 0 and 'OK' or 'NONE')" 0`,
    );
    expect(await system.stop()).toBe(0);
  });

  test('refuses the Redis of SEEDLOT_REDIS_URL when that evicts', async () => {
    await redisCommand(redis.url, 'CONFIG SET maxmemory-policy allkeys-lru');
    const start = startSystem({ env: { SEEDLOT_REDIS_URL: redis.url } });
    await expect(start).rejects.toThrow('[queue_evicts_jobs]');
    await redisCommand(redis.url, 'CONFIG SET maxmemory-policy noeviction');
  });
});
