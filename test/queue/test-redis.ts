import { randomBytes } from 'node:crypto';
import { createEmptyDatabase } from '@seedlot/database/testing';
import { type RedisMemory, RedisServer, type RestartableRedis } from '@seedlot/queue/testing';
import { hasDocker } from '../setup/docker.ts';
import { programPath, redisUrl } from '../setup/requirements.ts';

/** A Redis that a test may empty. */
export interface TestRedis extends AsyncDisposable {
  readonly url: string;
}

/** The Redis of the environment, held by one test file at a time, or else one of our own. */
export async function openTestRedis(): Promise<TestRedis> {
  const url = redisUrl();
  return url === undefined ? startOwnRedis() : holdGivenRedis(url);
}

/** A Redis that a test may also stop and kill: in Docker, or else by the program. */
export async function startOwnRedis(memory: RedisMemory = 'forgets'): Promise<RestartableRedis> {
  if (!hasDocker()) return RedisServer.start(programPath('redis') ?? '', memory);
  const { RedisContainer } = await import('./redis-container.ts');
  return RedisContainer.start(memory);
}

/** Keys of its own, so that a test sees no job of another. */
export function newPrefix(): string {
  return `test-${randomBytes(6).toString('hex')}`;
}

const LOCK = 0x7ed15;

/** FLUSHALL of one file would empty the queues of another; all files share one PostgreSQL, which keeps them apart. */
async function holdGivenRedis(url: string): Promise<TestRedis> {
  const database = await createEmptyDatabase();
  const client = await database.pool.connect();
  await client.query('select pg_advisory_lock($1)', [LOCK]);
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      client.release(true);
      await database.drop();
    },
  };
}
