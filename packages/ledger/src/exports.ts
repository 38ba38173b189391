import { assertDeliveryTransition, type DeliveryState, DomainError } from '@seedlot/domain';
import { sql } from 'kysely';
import { commitAttempt, type FileAttempt, insertAttempt } from './attempts.ts';
import type { Effect, Reader } from './effect.ts';
import { LedgerError } from './errors.ts';
import {
  type ExportLot,
  type ExportOrder,
  livingSerials,
  readExportOrder,
  seedsShredded,
  wantsExport,
} from './export-order.ts';
import { forgetFailures } from './failures.ts';
import { replaceFormerFile } from './file-replacement.ts';
import { assertLease, grantLease, type Lease } from './leases.ts';
import { areBeingShredded } from './openable-lots.ts';
import { recordMade, type StoredMessage } from './stored-message.ts';

/** An export that stands complete in the object store, and what it was made from. */
export interface MadeExport extends StoredMessage {
  readonly order: ExportOrder;
}

/**
 * Deliveries that want an export now: none answers the newest request, a seed of theirs lives, none is being made, no shred
 * is under way in their lots, not backing off.
 */
export async function deliveriesToExport(reader: Reader): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from deliveries where ${wantsExport}
      and not ${areBeingShredded(sql`select lot_id from delivery_serials where delivery_id = deliveries.id`)}
      and not exists (select from file_attempts
        where delivery_id = deliveries.id and state = 'open' and lease_ends_at > clock_timestamp())
      and not exists (select from failures where step = 'export' and subject = deliveries.id and retry_at > now())
    order by length(id), id`.execute(reader.sql);
  return rows.map(row => row.id);
}

/**
 * Opens an attempt at a delivery's export, and takes a lease on every lot that it needs. The caller holds the seeds
 * ring's lock shared; `epoch` is its. Throws `delivery_not_due`, `seeds_shredded`, `lease_refused`.
 */
export async function beginExport(
  effect: Effect,
  { delivery, epoch, holder }: { delivery: string; epoch: number; holder: string },
): Promise<{ attempt: FileAttempt; lease: Lease }> {
  await lockDue(effect, delivery);
  const { rows } = await sql`select from file_attempts
    where delivery_id = ${delivery} and state = 'open' and lease_ends_at > clock_timestamp()`.execute(
    effect.sql,
  );
  if (rows.length > 0) throw notDue(`An export of ${delivery} is being made`);
  const lots = [...(await livingSerials(effect, delivery)).keys()].toSorted();
  if (lots.length === 0) throw seedsShredded(delivery);
  return {
    attempt: await insertAttempt(effect, { kind: 'export', delivery }, holder),
    lease: await grantLease(effect, { ring: 'seeds', lots, epoch, holder }),
  };
}

/**
 * Makes an export available in place of the one before it. The caller holds the lock of the seeds ring and then of the
 * files ring shared, so no shred can pass between the check of the frontiers and the commit. Throws `attempt_closed`,
 * `lease_ended`, `frontier_moved`, `seeds_shredded`, `delivery_not_due`, and `export_outdated` when it is not what would be made now.
 */
export async function commitExport(effect: Effect, made: MadeExport): Promise<{ file: string }> {
  const { delivery, request, format, lots } = made.order;
  const { state } = await lockDue(effect, delivery);
  await assertLease(effect, made.lease);
  await assertUpToDate(effect, made.order);
  await commitAttempt(effect, made.attempt);

  await replaceFormerFile(effect, { delivery });
  const quantity = lots.flatMap(lot => lot.living).reduce((sum, { first, after }) => sum + after - first, 0n);
  const row = await recordMade(effect, made, {
    delivery,
    kind: 'export',
    format,
    quantity: Number(quantity),
    version: await nextVersion(effect, delivery),
  });
  await effect.sql
    .insertInto('files')
    .values({ ...row, delivery_id: delivery, format, request })
    .execute();
  if (state === 'assigned') await becomeExported(effect, delivery, state);
  await forgetFailures(effect, 'export', delivery);
  return { file: row.id };
}

/** Throws `unknown_delivery`, and `delivery_not_due` when its newest request is answered, or it is cancelled. */
async function lockDue(effect: Effect, delivery: string): Promise<{ state: DeliveryState }> {
  const { rows } = await sql<{ state: DeliveryState; isAnswered: boolean }>`
    select state, exists (
      select from files where delivery_id = deliveries.id and request = exports_wanted) as "isAnswered"
    from deliveries where id = ${delivery} for no key update`.execute(effect.sql);
  const [row] = rows;
  if (row === undefined) throw new DomainError('unknown_delivery', `There is no delivery ${delivery}`);
  if (row.state === 'cancelled') throw notDue(`${delivery} is cancelled`);
  if (row.isAnswered) throw notDue(`${delivery} has the export that was asked for`);
  return row;
}

function notDue(message: string): LedgerError {
  return new LedgerError('delivery_not_due', message);
}

/** Throws `frontier_moved` when serials of the order were shredded, or taken back, since it was read. */
export async function assertFrontiers(reader: Reader, order: ExportOrder): Promise<void> {
  assertVersions(order, await livingSerials(reader, order.delivery));
}

function assertVersions(
  { delivery, lots }: ExportOrder,
  now: ReadonlyMap<string, Pick<ExportLot, 'frontierVersion'>>,
): void {
  if (lots.every(lot => now.get(lot.shape.lot)?.frontierVersion === lot.frontierVersion)) return;
  throw new LedgerError('frontier_moved', `Seeds of ${delivery} were shredded while its export was made`);
}

/** Nobody shall get a file that another request, another key or fewer serials have overtaken. */
async function assertUpToDate(effect: Effect, made: ExportOrder): Promise<void> {
  const now = await readExportOrder(effect, made.delivery);
  assertVersions(made, new Map(now.lots.map(lot => [lot.shape.lot, lot])));
  if (terms(now) === terms(made)) return;
  throw new LedgerError('export_outdated', `${made.delivery} has changed while its export was made`);
}

/** All that decides on the bytes of an export. */
function terms({ request, format, recipientFingerprint, lots }: ExportOrder): string {
  const serials = lots.map(
    ({ shape, living }) => `${shape.lot} ${living.map(range => `${range.first}-${range.after}`)}`,
  );
  return [request, format, recipientFingerprint, ...serials].join('\n');
}

async function nextVersion(effect: Effect, delivery: string): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    select coalesce(max(version), 0) + 1 as version from files where delivery_id = ${delivery}`.execute(
    effect.sql,
  );
  return rows[0]?.version ?? 1;
}

async function becomeExported(effect: Effect, delivery: string, from: DeliveryState): Promise<void> {
  assertDeliveryTransition(delivery, from, 'exported');
  await effect.sql
    .updateTable('deliveries')
    .set({ state: 'exported', exported_at: effect.at })
    .where('id', '=', delivery)
    .execute();
}
