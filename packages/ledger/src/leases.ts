import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { LedgerError } from './errors.ts';
import { mayBeOpened } from './openable-lots.ts';

/** Seconds that a lease lasts unless renewed; also the longest that a shred waits for one whose holder died. */
export const LEASE_SECONDS = 30;

/** The database's clock at this moment: `now()` is that of the transaction's start, long past after a wait for a lock. */
export const leaseEnd = sql`clock_timestamp() + ${LEASE_SECONDS} * interval '1 second'`;

/** A right to open seeds, or a stored file, of these lots until `endsAt`, database time. */
export interface Lease {
  readonly id: string;
  readonly ring: 'seeds' | 'files';
  readonly lots: readonly string[];
  readonly endsAt: Date;
}

/** What a lease is asked for: `epoch` is the ring's, read under its lock in the same transaction. */
export interface LeaseRequest {
  readonly ring: 'seeds' | 'files';
  /** One or more, none twice. */
  readonly lots: readonly string[];
  readonly epoch: number;
  readonly holder: string;
}

/**
 * Grants a lease. The caller holds the ring's lock shared, so that no root changes between the epoch and the grant.
 * Throws `lease_refused` while a shred of one of its lots has not erased its keys, and when nothing of one lives.
 */
export async function grantLease(effect: Effect, request: LeaseRequest): Promise<Lease> {
  await forgetEnded(effect);
  const { rows } = await sql<{ id: string; endsAt: Date }>`
    insert into leases (ring, lots, epoch, holder, ends_at)
    select ${request.ring}, ${request.lots}::text[], ${request.epoch}, ${request.holder}, ${leaseEnd}
    where ${mayBeOpened(request.ring, sql`${request.lots}::text[]`, sql`${request.epoch}::int`)}
    returning id, ends_at as "endsAt"`.execute(effect.sql);
  const [row] = rows;
  if (row === undefined) throw refused(request.lots);
  return { ...row, ring: request.ring, lots: request.lots };
}

/**
 * Prolongs a lease, into the ring's present epoch: whoever renews keeps no root, so an old one need not wait for it.
 * One statement sees both the shred and the epoch: work that began before a shred of one of its lots never gets past
 * that shred's rotation, also when the rotation has committed and new work on the lot goes on. Throws `lease_ended` when
 * it is over, `lease_refused` when its lot is being shredded: stop and wipe.
 */
export async function renewLease(effect: Effect, lease: Lease): Promise<Lease> {
  const { rows } = await sql<{ endsAt: Date }>`
    update leases set ends_at = ${leaseEnd}, epoch = (select epoch from ${sql.table(`${lease.ring}_ring.ring`)})
    where leases.id = ${lease.id} and ends_at > clock_timestamp()
      and ${mayBeOpened(lease.ring, sql`leases.lots`, sql`leases.epoch`)}
    returning ends_at as "endsAt"`.execute(effect.sql);
  const [row] = rows;
  if (row !== undefined) return { ...lease, endsAt: row.endsAt };
  await assertLease(effect, lease);
  throw refused(lease.lots);
}

/** Throws `lease_ended` when the lease is over by database time. */
export async function assertLease(effect: Effect, lease: Lease): Promise<void> {
  const { rows } =
    await sql`select from leases where id = ${lease.id} and ends_at > clock_timestamp() for update`.execute(
      effect.sql,
    );
  if (rows.length === 0)
    throw new LedgerError('lease_ended', `The lease on ${lease.lots.join(', ')} has ended`);
}

export async function releaseLease(effect: Effect, lease: Lease): Promise<void> {
  await effect.sql.deleteFrom('leases').where('id', '=', lease.id).execute();
}

/** Whoever died never gave its lease back: the next one to be granted clears it away, without waiting for anybody. */
async function forgetEnded(effect: Effect): Promise<void> {
  await sql`delete from leases where id in (
    select id from leases where ends_at < clock_timestamp() for update skip locked)`.execute(effect.sql);
}

function refused(lots: readonly string[]): LedgerError {
  return new LedgerError('lease_refused', `Seeds of ${lots.join(', ')} are being shredded, or are`);
}
