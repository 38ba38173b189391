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
import { assertSchemaName, makeSchema, remakeSchema } from './postgres-schema.ts';
import { closeQueues, openQueues, type Queues } from './queues.ts';
import { assertUrl } from './url.ts';

export interface PostgresQueueOptions {
  /** `postgres://user:password@host:port/database`; the user owns `schema`. */
  readonly url: string;
  /** A schema of the queue's own, made where missing; all in it may be dropped at any time. */
  readonly schema: string;
  /** Told of every fault. */
  readonly report: (fault: QueueError) => void;
}

const CONNECT_MS = 5_000;
const ANSWER_MS = 30_000;

/**
 * Queues in PostgreSQL. Takes at most two connections for all knocks together and two for each worker.
 * Throws QueueError 'queue_url_malformed', 'queue_unreachable' or 'queue_schema_refused'.
 */
export async function createPostgresBackend(options: PostgresQueueOptions): Promise<QueueBackend> {
  const { url, schema, report } = options;
  assertUrl(url, ['postgres', 'postgresql']);
  assertSchemaName(schema);
  const ringing = connect(options, 2);
  const queues = await openOn(ringing, report).catch(async error => {
    await ringing.close();
    throw error;
  });
  return {
    kind: 'postgresql',
    queues,
    openWorker: (job, processor, tuning) => {
      const listening = connect(options, 1);
      const settings = { ...workerOptions(tuning), connection: listening.pool };
      const worker = new Worker(job, processor, settings, backendOn(listening, true));
      return { worker, disconnect: () => void listening.close() };
    },
    repair: () => answering(ringing, remakeSchema),
    report,
    close: async () => {
      await closeQueues(queues);
      await ringing.close();
    },
  };
}

function connect({ url, schema }: PostgresQueueOptions, max: number): PostgresConnection {
  return new PostgresConnection({
    connectionString: url,
    schema,
    max,
    application_name: 'seedlot queue',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
  });
}

async function openOn(
  connection: PostgresConnection,
  report: PostgresQueueOptions['report'],
): Promise<Queues> {
  const onError = (cause: unknown) => report(unreachable(cause));
  connection.on('error', onError);
  await answering(connection, makeSchema);
  await answering(connection, () => connection.waitUntilReady());
  const settings = { ...QUEUE_OPTIONS, connection: connection.pool };
  return openQueues(job => new Queue(job, settings, backendOn(connection, false)), onError);
}

type Factory = BackendFactory<PostgresQueueBackend, PostgresConnectionOptions>;

/** A worker owns its connection: only then does BullMQ listen again after that broke. */
function backendOn(connection: PostgresConnection, owned: boolean): Factory {
  return (name, options) => new PostgresQueueBackend(connection, name, options, owned);
}

/** Does `step`; what the server refuses is a matter of the schema, anything else one of the connection. */
async function answering(
  connection: PostgresConnection,
  step: (connection: PostgresConnection) => Promise<void>,
): Promise<void> {
  try {
    await step(connection);
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
