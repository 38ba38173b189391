import { randomBytes } from 'node:crypto';
import { createEmptyDatabase, type TestDatabase } from '@seedlot/database/testing';
import { createDoorbell, createPostgresBackend, createWorker, type QueueError } from '@seedlot/queue';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Answers, knockUntilHeard, until } from './answers.ts';
import { describeDoorbell, type QueueUnderTest } from './doorbell-conformance.ts';

const TABLES = [
  'job',
  'dedup',
  'dedup_next',
  'event',
  'meta',
  'metrics',
  'rate_limit',
  'scheduler',
  'migration',
];
const CONNECTIONS = 12;

let database: TestDatabase;
let role: string;
let url: string;

/** The queue's user owns its schemas and nothing else, as in production, and has few connections. */
beforeAll(async () => {
  database = await createEmptyDatabase();
  role = `queue_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(16).toString('hex');
  await database.pool.query(
    `create role ${role} login password '${password}' connection limit ${CONNECTIONS}`,
  );
  await database.pool.query(`grant create on database ${new URL(database.url).pathname.slice(1)} to ${role}`);
  url = Object.assign(new URL(database.url), { username: role, password }).href;
});

afterAll(async () => {
  await database.pool.query(`drop owned by ${role}`);
  await database.pool.query(`drop role ${role}`);
  await database.drop();
});

async function open(): Promise<QueueUnderTest> {
  const schema = `queue_${randomBytes(6).toString('hex')}`;
  const faults: QueueError[] = [];
  const tables = TABLES.map(table => `${schema}.${table}`).join(', ');
  return {
    connect: () => createPostgresBackend({ url, schema, report: fault => faults.push(fault) }),
    faults,
    wipes: {
      'dropping its schema': () => force(`drop schema ${schema} cascade`),
      'emptying all its tables': () => force(`truncate ${tables} cascade`),
      'deleting its jobs': () => force(`delete from ${schema}.job`),
    },
    address: ['postgres', url, schema],
    [Symbol.asyncDispose]: () => force(`drop schema if exists ${schema} cascade`),
  };
}

/** A statement that takes every table away may meet a worker's; PostgreSQL then ends one of the two. */
async function force(sql: string): Promise<void> {
  await database.pool.query(sql).catch(async error => {
    if (error.code !== '40P01') throw error;
    await force(sql);
  });
}

describeDoorbell('PostgreSQL', ['dropping its schema', 'emptying all its tables', 'deleting its jobs'], open);

describe('the queue in PostgreSQL', () => {
  it('is made again by a worker that nobody knocks at', async () => {
    await using scene = await Scene.open();
    const { queue, doorbell, answers } = scene;
    const gate = answers.hold();
    await doorbell.knockAll('dispatch', [{ lot: 'L1' }, { lot: 'lost' }]);
    await answers.reach(1);
    await queue.wipes['dropping its schema']?.();
    gate.resolve();
    await until(() => schemaExists(queue.address));
    expect(queue.faults.map(({ code }) => code)).toContain('worker_faulted');
    expect(queue.faults.length).toBeLessThan(20);
    await knockUntilHeard(doorbell, answers, 'L2');
  });

  it('answers again after all its connections were ended', async () => {
    await using scene = await Scene.open();
    await scene.doorbell.knock('dispatch', { lot: 'L1' });
    await scene.answers.reach(1);
    await endConnections();
    await until(() => scene.queue.faults.length > 0);
    await knockUntilHeard(scene.doorbell, scene.answers, 'L2');
    expect(scene.queue.faults.length).toBeLessThan(20);
  });

  it('does not spin while connections are used up, and answers after', async () => {
    await using scene = await Scene.open();
    await scene.doorbell.knock('dispatch', { lot: 'L1' });
    await scene.answers.reach(1);
    const hogs = await hogConnections();
    await endConnections(hogs);
    expect(await scene.doorbell.knock('dispatch', { lot: 'L2' })).toBe(false);
    expect(scene.queue.faults.length).toBeLessThan(20);
    await Promise.all(hogs.map(hog => hog.end()));
    await knockUntilHeard(scene.doorbell, scene.answers, 'L3');
  });

  it('is made anew at a start when its list of migrations was emptied', async () => {
    await using queue = await open();
    await (await queue.connect()).close();
    await queue.wipes['emptying all its tables']?.();
    const backends = await Promise.all([queue.connect(), queue.connect()]);
    const doorbell = createDoorbell(backends[0]);
    expect(await doorbell.knock('publish', {})).toBe(true);
    await Promise.all(backends.map(backend => backend.close()));
  });

  it('refuses a malformed URL, a server that does not answer, a wrong password and a schema that is not its own', async () => {
    const report = () => {};
    const malformed = createPostgresBackend({ url: 'host=x password=hunter2', schema: 'queue', report });
    await expect(malformed).rejects.toMatchObject({ name: 'QueueError', code: 'queue_url_malformed' });
    await expect(malformed).rejects.not.toHaveProperty('message', expect.stringContaining('hunter2'));
    const absent = createPostgresBackend({ url: 'postgres://a:b@127.0.0.1:1/x', schema: 'queue', report });
    await expect(absent).rejects.toMatchObject({ name: 'QueueError', code: 'queue_unreachable' });
    const wrong = Object.assign(new URL(url), { password: 'wrong' }).href;
    const locked = createPostgresBackend({ url: wrong, schema: 'queue', report });
    await expect(locked).rejects.toMatchObject({ name: 'QueueError', code: 'queue_schema_refused' });
    for (const schema of ['public', 'pg_catalog', 'Queue', 'a"b', '', 'information_schema']) {
      const shared = createPostgresBackend({ url, schema, report });
      await expect(shared).rejects.toMatchObject({ name: 'QueueError', code: 'queue_schema_refused' });
    }
  });
});

/** One worker and one doorbell. */
class Scene implements AsyncDisposable {
  readonly queue: QueueUnderTest;
  readonly answers = new Answers();
  readonly doorbell: ReturnType<typeof createDoorbell>;
  readonly #backend: Awaited<ReturnType<QueueUnderTest['connect']>>;
  #close: () => Promise<void> = async () => {};

  private constructor(queue: QueueUnderTest, backend: Awaited<ReturnType<QueueUnderTest['connect']>>) {
    this.queue = queue;
    this.#backend = backend;
    this.doorbell = createDoorbell(backend);
  }

  static async open(): Promise<Scene> {
    const queue = await open();
    const scene = new Scene(queue, await queue.connect());
    const worker = await createWorker(scene.#backend, 'dispatch', scene.answers.answer);
    scene.#close = () => worker.close();
    return scene;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    await this.#backend.close();
    await this.queue[Symbol.asyncDispose]();
  }
}

async function schemaExists([, , schema]: readonly string[]): Promise<boolean> {
  const { rowCount } = await database.pool.query('select from pg_namespace where nspname = $1', [schema]);
  return rowCount === 1;
}

async function hogConnections(): Promise<pg.Client[]> {
  const hogs: pg.Client[] = [];
  await endConnections();
  while (hogs.length < CONNECTIONS) {
    const hog = new pg.Client({ connectionString: url });
    hog.on('error', () => {});
    await hog.connect().then(
      () => hogs.push(hog),
      () => endConnections(hogs),
    );
  }
  return hogs;
}

/** Ends all connections of the queue's user but those. */
async function endConnections(spared: readonly pg.Client[] = []): Promise<void> {
  const pids = await Promise.all(spared.map(hog => hog.query('select pg_backend_pid() as pid')));
  await database.pool.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and pid <> all ($2::int[])',
    [role, pids.map(({ rows }) => rows[0].pid)],
  );
}
