import type { KeyringRows, KeyringStore, KeyringTransaction, RingName } from '@seedlot/erasable';
import { ErasableError } from '@seedlot/erasable';
import { sql } from 'kysely';
import type { Reader } from './effect.ts';
import { LockedRing, type OpenTransaction } from './keyring-store-locked.ts';
import { RingReader, ringTable } from './ring-rows.ts';

/** A ring's rows, to be read outside of any lock. */
export function readKeyring(reader: Reader, ring: RingName): KeyringRows {
  return new RingReader(reader, ring);
}

/**
 * Takes a ring's lock until the end of the open transaction, first come, first served, and only then reads the epoch:
 * nobody can move it before this transaction ends. Whoever locks both rings locks the seeds ring first. Throws
 * `ring_row_missing`, and `snapshot_too_old` unless the transaction is at READ COMMITTED: any other would go on
 * seeing the ring as it was before the wait.
 */
export async function lockRing(
  open: OpenTransaction,
  ring: RingName,
  lock: KeyringTransaction['lock'],
): Promise<KeyringTransaction> {
  const take = sql.raw(lock === 'exclusive' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared');
  await sql`select ${take}(hashtext('seedlot ring'), hashtext(${ring}))`.execute(open.sql);
  // A statement of its own: it must see what was committed while the lock was waited for.
  const row = await readRingRow(open, ring);
  if (row === null) throw new ErasableError('ring_row_missing', `The database has no ring ${ring}`);
  assertFreshReads(row.isolation);
  return new LockedRing(open, ring, lock, row.epoch);
}

function assertFreshReads(isolation: string): void {
  if (isolation === 'read committed') return;
  throw new ErasableError('snapshot_too_old', `A ring is locked at READ COMMITTED, not at ${isolation}`);
}

async function readRingRow(
  reader: Reader,
  ring: RingName,
): Promise<{ epoch: number; isolation: string } | null> {
  const { rows } = await sql<{ epoch: number; isolation: string }>`
    select epoch, current_setting('transaction_isolation') as isolation from ${ringTable(ring, 'ring')}`.execute(
    reader.sql,
  );
  return rows[0] ?? null;
}

/** A ring in PostgreSQL; each transaction takes a connection of its own from the pool. */
export class PostgresKeyringStore extends RingReader implements KeyringStore {
  readonly #reader: Reader;

  constructor(reader: Reader, ring: RingName) {
    super(reader, ring);
    this.#reader = reader;
  }

  async epoch(): Promise<number | null> {
    return (await readRingRow(this.#reader, this.ring))?.epoch ?? null;
  }

  async found(): Promise<void> {
    await sql`insert into ${ringTable(this.ring, 'ring')} (epoch) values (0) on conflict do nothing`.execute(
      this.#reader.sql,
    );
  }

  transaction<T>(
    lock: KeyringTransaction['lock'],
    work: (transaction: KeyringTransaction) => Promise<T>,
  ): Promise<T> {
    return this.#reader.sql
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async open => work(await lockRing({ sql: open }, this.ring, lock)));
  }
}
