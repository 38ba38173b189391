import { createRedisBackend, type QueueBackend } from '@seedlot/queue';
import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from 'vitest';
import { until } from '../queue/answers.ts';
import { redisCommand } from '../queue/redis-command.ts';
import { newPrefix, openTestRedis, startOwnRedis, type TestRedis } from '../queue/test-redis.ts';
import { canStartRedis, lacks } from '../setup/requirements.ts';
import { expectClaimsTrue } from '../world/claims.ts';
import { burnLot, deliver, exportsOf } from '../world/deliveries.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { expectLogPublished } from '../world/published-log.ts';
import { plainPorts } from '../world/workers.ts';
import { cancel, createWorld, place, type World } from '../world/world.ts';
import { isDispatched, type RunningStages, runStagesOn, untilPublished } from './running-stages.ts';
import { deliveringTwice, watchingOverlaps } from './twice-delivering.ts';
import { whileStoring } from './while-storing.ts';

let world: World;
let stages: RunningStages[];
beforeEach(async () => {
  world = await createWorld();
  stages = [];
});
afterEach(async () => {
  for (const running of stages) await running.stop();
  await world.end();
});

function connect(url: string, prefix = newPrefix()): Promise<QueueBackend> {
  return createRedisBackend({ url, prefix, report: () => {} });
}

/** The stages of one process on a queue; `during` happens in the middle of the first file, of those below `prefix`. */
async function start(
  queue: QueueBackend,
  during: () => Promise<void>,
  prefix?: string,
): Promise<RunningStages> {
  const ports = plainPorts(world);
  const objects = whileStoring(ports.objects, during, prefix);
  const running = await runStagesOn(queue, { ...ports, objects }, { sweepEvery: 50, knocks: true });
  stages.push(running);
  return running;
}

async function expectDone(lots: readonly string[]): Promise<void> {
  await untilPublished(world, lots, isDispatched);
  for (const lot of lots) await expectClaimsTrue(world, lot);
  await expectLogPublished(world);
  await expectNoLeftovers(world);
}

async function expectShredded({ order, lot }: { order: string; lot: string }): Promise<void> {
  await cancel(world, order);
  await untilPublished(world, [lot], ({ seeds }) => seeds.shredded === 3);
  await expectClaimsTrue(world, lot);
  await expectNoLeftovers(world);
}

describe.skipIf(lacks('redis'))('on Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await openTestRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test('lots complete though FLUSHALL takes the whole queue in the middle', async () => {
    const flush = () => redisCommand(redis.url, 'FLUSHALL');
    const { api } = await start(await connect(redis.url), flush);
    const first = await place(world, 3, api);
    await flush();
    const second = await place(world, 3, api);
    await expectDone([first.lot, second.lot]);
    await flush();
    await expectShredded(second);
  });

  test('every job is delivered twice, to two processes at a time: each effect comes once', async () => {
    const prefix = newPrefix();
    const active = new Set<string>();
    const overlap = Promise.withResolvers<void>();
    const open = async () =>
      watchingOverlaps(deliveringTwice(await connect(redis.url, prefix)), active, overlap.resolve);
    const { api } = await start(await open(), () => overlap.promise);
    await start(await open(), () => overlap.promise);
    const lots = [await place(world, 3, api), await place(world, 5000, api)];
    await expectDone(lots.map(({ lot }) => lot));
  });
});

describe.skipIf(!canStartRedis())('a lot completes though Redis', () => {
  test.each([
    ['restarts and has forgotten all', 'forgets', 'stop'],
    ['restarts with what it knew', 'remembers', 'stop'],
    ['is killed with -9 and has forgotten all', 'forgets', 'kill'],
    ['is killed with -9 and comes back with an older state', 'remembers', 'kill'],
  ] as const)('%s, in the middle', async (_, memory, end) => {
    await using redis = await startOwnRedis(memory);
    const during = Promise.withResolvers<string>();
    const { api } = await start(await connect(redis.url), async () => {
      await redis[end]();
      const { lot } = await place(world, 3, api);
      during.resolve(lot);
      await redis.up();
    });
    const first = await place(world, 3, api);
    await expectDone([first.lot, await during.promise]);
    await expectShredded(first);
    for (const running of stages.splice(0)) await running.stop();
  });

  test('dies in the middle of an export: each delivery gets its one file', async () => {
    await using redis = await startOwnRedis();
    const again = async () => {
      await redis.kill();
      await redis.up();
    };
    const { api } = await start(await connect(redis.url), again, 'files/delivery-');
    const { lot } = await place(world, 10, api);
    await untilPublished(world, [lot], isDispatched);
    await burnLot(world, lot);
    const deliveries = [
      await deliver(world, [{ lot, first: 0, after: 4 }]),
      await deliver(world, [{ lot, first: 4, after: 10 }]),
    ];
    await until(async () => (await Promise.all(deliveries.map(isExported))).every(Boolean));
    await untilPublished(world, [lot], () => true);
    await expectNoLeftovers(world);
    for (const running of stages.splice(0)) await running.stop();
  });
});

async function isExported(delivery: string): Promise<boolean> {
  return (await exportsOf(world, delivery)).length === 1;
}
