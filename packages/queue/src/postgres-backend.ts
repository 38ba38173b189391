import {
  type BackendFactory,
  PostgresConnection,
  type PostgresConnectionOptions,
  PostgresQueueBackend,
  Queue,
  Worker,
} from 'bullmq';
import type { QueueBackend } from './backend.ts';
import { QUEUE_OPTIONS, workerOptions } from './bullmq-options.ts';
import { QueueError } from './errors.ts';
import { assertSchemaName, makeSchema } from './postgres-schema.ts';

export interface PostgresQueueOptions {
  /** `postgres://user:password@host:port/database`; the user owns `schema`. */
  readonly url: string;
  /** A schema of the queue's own, made where missing; all in it may be dropped at any time. */
  readonly schema: string;
  /** Told of every fault. */
  readonly report: (fault: QueueError) => void;
}

const CONNECT_MS = 5_000;

/**
 * Queues in PostgreSQL. Takes at most two connections for all doorbells together and two for each worker.
 * Throws QueueError 'queue_unreachable' or 'queue_schema_refused'.
 */
export async function createPostgresBackend(options: PostgresQueueOptions): Promise<QueueBackend> {
  const { report, schema } = options;
  assertSchemaName(schema);
  const ringing = connect(options, 2);
  ringing.on('error', cause => report(unreachable(cause)));
  await makeReady(ringing).catch(async error => {
    await ringing.close();
    throw error;
  });
  return {
    openQueue: job => {
      const shared = backendOn(ringing, false);
      const queue = new Queue(job, { ...QUEUE_OPTIONS, connection: ringing.pool }, shared);
      queue.on('error', cause => report(unreachable(cause)));
      return queue;
    },
    openWorker: (job, processor, tuning) => {
      const listening = connect(options, 1);
      const settings = { ...workerOptions(tuning), connection: listening.pool };
      return new Worker(job, processor, settings, backendOn(listening, true));
    },
    repair: () => makeReady(ringing),
    report,
    close: () => ringing.close(),
  };
}

function connect({ url, schema }: PostgresQueueOptions, max: number): PostgresConnection {
  return new PostgresConnection({
    connectionString: url,
    schema,
    max,
    application_name: 'seedlot queue',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
  });
}

type Factory = BackendFactory<PostgresQueueBackend, PostgresConnectionOptions>;

/** A worker owns its connection: only then does BullMQ listen again after that broke. */
function backendOn(connection: PostgresConnection, owned: boolean): Factory {
  return (name, options) => new PostgresQueueBackend(connection, name, options, owned);
}

async function makeReady(connection: PostgresConnection): Promise<void> {
  try {
    await makeSchema(connection);
    await connection.waitUntilReady();
  } catch (cause) {
    throw hasSqlState(cause) ? schemaRefused(connection.schema, cause) : unreachable(cause);
  }
}

/** An answer of the server has a SQLSTATE of five characters, a failing connection an errno or nothing. */
function hasSqlState(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^[0-9A-Z]{5}$/.test(String(error.code));
}

function schemaRefused(schema: string, cause: unknown): QueueError {
  return new QueueError('queue_schema_refused', `the schema ${schema} of the queue cannot be made or used`, {
    cause,
  });
}

function unreachable(cause: unknown): QueueError {
  return new QueueError('queue_unreachable', 'the queue in PostgreSQL does not answer', { cause });
}
