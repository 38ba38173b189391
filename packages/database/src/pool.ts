import pg from 'pg';
import { DatabaseError } from './errors.ts';
import type { ServiceRole } from './roles.ts';
import { valueTypes } from './types.ts';

export interface PoolOptions {
  /** `postgres://user:password@host:port/database`; see databaseUrl. */
  readonly url: string;
  /** Who is connected, as the server's own views show it. */
  readonly applicationName: string;
  /** The role to act as; the user of the url must be a member of it. Without it: that user. */
  readonly role?: ServiceRole;
  /** Connections at most; 10 when left out. */
  readonly max?: number;
  /** Milliseconds that one statement may take, waiting for locks included; a minute when left out. */
  readonly statementTimeout?: number;
  /** Milliseconds to wait for a connection; ten seconds when left out. */
  readonly connectTimeout?: number;
}

const MINUTE = 60_000;
const TEN_SECONDS = 10_000;

/**
 * Connections to PostgreSQL. None is made before the first query; a query that finds no server throws
 * DatabaseError database_unreachable, one that finds all connections taken database_busy.
 * @throws DatabaseError url_malformed
 */
export function createPool(options: PoolOptions): pg.Pool {
  const pool = new CodedPool(addressIn(options.url), {
    connectionString: options.url,
    application_name: options.applicationName,
    ...(options.role && { options: `-c role=${options.role}` }),
    max: options.max ?? 10,
    types: valueTypes,
    connectionTimeoutMillis: options.connectTimeout ?? TEN_SECONDS,
    statement_timeout: options.statementTimeout ?? MINUTE,
    idle_in_transaction_session_timeout: MINUTE,
    keepAlive: true,
  });
  // An idle connection broke: the pool has dropped it, and whoever asks next learns whether the server is gone.
  pool.on('error', () => {});
  // One that is in use tells its user by failing the next statement; unheard, its event would end the process.
  pool.on('connect', client => client.on('error', () => {}));
  return pool;
}

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** @param database a name of letters, digits and underscores */
export function databaseUrl(server: ServerAddress, database: string): string {
  const { host, port } = server;
  const [user, password, name] = [server.user, server.password, database].map(encodeURIComponent);
  return `postgres://${user}:${password}@${host}:${port}/${name}`;
}

type ConnectCallback = Parameters<pg.Pool['connect']>[0];

/** Gives connection faults a code and a message without stack, address list or password. */
class CodedPool extends pg.Pool {
  readonly #address: string;

  constructor(address: string, config: pg.PoolConfig) {
    super(config);
    this.#address = address;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback) {
    if (callback === undefined) return super.connect().catch(error => Promise.reject(this.#coded(error)));
    return super.connect((error, client, release) => callback(error && this.#coded(error), client, release));
  }

  #coded(error: Error): Error {
    return this.ending ? error : connectionFault(this.#address, error);
  }
}

/** The url holds a password, so it is never shown. */
function addressIn(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) throw new DatabaseError('url_malformed', `a database url of ${url.length} characters`);
  return `${parsed.hostname || 'the local socket'}:${parsed.port || 5432}`;
}

/** The messages are pg-pool's; it gives its own faults no code. */
function connectionFault(address: string, cause: Error): DatabaseError {
  if (cause.message === 'timeout exceeded when trying to connect') {
    return new DatabaseError('database_busy', `all connections to PostgreSQL at ${address} are taken`, {
      cause,
    });
  }
  return new DatabaseError('database_unreachable', `PostgreSQL at ${address}: ${reason(cause)}`, { cause });
}

/** A name with several addresses fails with an AggregateError, whose message is empty. */
function reason(cause: Error): string {
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause;
  return inner instanceof Error ? inner.message : String(inner);
}
