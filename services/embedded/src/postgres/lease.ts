import pg from 'pg';
import { SUPERUSER } from './data-folder.ts';

/** What a connection found at a port. `stranger` does not know our password or serves another folder. */
export type Answer = 'silent' | 'starting' | 'stranger' | Lease;

/**
 * The right to run this cluster: an advisory lock held on a connection of its own. It ends with the process,
 * however that ends, so a server whose lease is free has lost its owner.
 */
export interface Lease {
  /** False while another process holds it, and when the connection is lost. */
  acquire(): Promise<boolean>;
  /** Never throws. */
  release(): Promise<void>;
  /** Resolves when the connection is gone, and the lease with it. */
  readonly lost: Promise<void>;
}

const LEASE_KEY = 0x5eed_1071;
const STARTING_OR_STOPPING = '57P03';
const CONNECT_MS = 5_000;

/** Connects to a server on this machine and looks whether it is the one of this cluster. Never throws. */
export async function askServer(port: number, password: string, clusterName: string): Promise<Answer> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password,
    database: 'postgres',
    application_name: 'seedlot lease',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  });
  // The server may end at any moment; whoever uses the database learns of it from its own connection.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string }>(`select current_setting('cluster_name') as name`);
    if (rows[0]?.name === clusterName) return leaseOn(client);
    await client.end();
    return 'stranger';
  } catch (error) {
    await client.end().catch(() => {});
    return meaningOf(error);
  }
}

/**
 * Holds an acquired lease until it is released: also when the server, one of whose processes crashed, has ended all
 * connections and goes on.
 * @param again connects and acquires anew; rejects when the server has ended
 * @returns the release
 */
export function keepLease(acquired: Lease, again: () => Promise<Lease>): () => Promise<void> {
  let current = acquired;
  let released = false;
  const keep = async () => {
    await current.lost;
    if (released) return;
    current = await again();
    if (released) await current.release();
    await keep();
  };
  keep().catch(() => {});
  return () => {
    released = true;
    return current.release();
  };
}

function leaseOn(client: pg.Client): Lease {
  const { promise: lost, resolve } = Promise.withResolvers<void>();
  client.once('end', resolve);
  const tryLock = () =>
    client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [LEASE_KEY]);
  return {
    acquire: () =>
      tryLock().then(
        ({ rows }) => rows[0]?.held === true,
        () => false,
      ),
    release: () => client.end().catch(() => {}),
    lost,
  };
}

function meaningOf(error: unknown): Answer {
  if (!(error instanceof pg.DatabaseError)) return 'silent';
  return error.code === STARTING_OR_STOPPING ? 'starting' : 'stranger';
}
