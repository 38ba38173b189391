import { violates } from '@seedlot/database';
import { type DeliveryState, DomainError, type ExportFormat, meetings, overlaps } from '@seedlot/domain';
import { sql } from 'kysely';
import { obstaclesTo } from './assignable.ts';
import type { Effect, Reader } from './effect.ts';
import { LedgerError } from './errors.ts';
import { assertFormatFits } from './export-formats.ts';
import { nextNumber, printId } from './ids.ts';
import { type LockedLot, lockLotsOf } from './lots.ts';
import { type PrintedRun, readPrintedRuns } from './printed-runs.ts';
import { recordRanges } from './range-records.ts';
import { assertAssignable } from './serial-obstacles.ts';
import { int8range, moveSerials, quantityOf, type Serials } from './serial-states.ts';

/** What ops asks for: these serials to this customer, in a file of this format. */
export interface DeliveryRequest {
  readonly customer: string;
  readonly format: ExportFormat;
  readonly serials: readonly PrintedRun[];
}

/**
 * Assigns serials to a customer: all of them or none. Throws `serials_not_assignable` with everything in the way,
 * `format_cannot_express`, `unknown_customer`, `serial_malformed`, `invalid_input`.
 */
export async function createDelivery(
  effect: Effect,
  { customer, format, serials: runs }: DeliveryRequest,
): Promise<{ delivery: string; quantity: number }> {
  await assertCustomer(effect, customer);
  const serials = await readPrintedRuns(effect, runs);
  const lots = await lockLotsOf(effect, serials);
  await assertFree(effect, serials, customer);
  const delivery = printId('delivery', await nextNumber(effect, 'delivery_numbers'));
  const quantity = quantityOf(serials);
  await effect.sql
    .insertInto('deliveries')
    .values({ id: delivery, customer_id: customer, format, created_by: effect.actor })
    .execute();
  for (const some of serials) await assign(effect, delivery, some, lots);
  const ids = lots.map(({ id }) => id);
  await assertFormatFits(effect, delivery, ids, format);
  await effect.record('delivery.created', { delivery, customer, format, quantity });
  for (const some of serials) {
    await recordRanges(effect, some, (printed, record) =>
      record('serials.assigned', { delivery, serials: printed }),
    );
  }
  effect.knockAfter({ job: 'export', delivery });
  return { delivery, quantity };
}

/**
 * Asks for another export of a delivery: a lost file, a new key, another format. Throws `unknown_delivery`,
 * `transition_refused` when it is cancelled, `seeds_shredded` when no seed of it lives, `format_cannot_express`.
 */
export async function requestExport(
  effect: Effect,
  delivery: string,
  wanted: ExportFormat | undefined,
): Promise<{ request: number; format: ExportFormat }> {
  const { state, format: last, request: before } = await lockDelivery(effect, delivery);
  if (state === 'cancelled') {
    throw new DomainError('transition_refused', `${delivery} is cancelled; no export of it can be made`);
  }
  const lots = await livingLots(effect, delivery);
  if (lots.length === 0)
    throw new LedgerError('seeds_shredded', `No serial of ${delivery} has a seed any more`);
  const [format, request] = [wanted ?? last, before + 1];
  await assertFormatFits(effect, delivery, lots, format);
  await effect.sql
    .updateTable('deliveries')
    .set({ format, exports_wanted: request })
    .where('id', '=', delivery)
    .execute();
  await effect.record('export.requested', { delivery, format, request });
  effect.knockAfter({ job: 'export', delivery });
  return { request, format };
}

/** A delivery whose row this transaction has locked; its lots are locked before it. */
export interface LockedDelivery {
  readonly delivery: string;
  readonly customer: string;
  readonly state: DeliveryState;
  readonly format: ExportFormat;
  readonly request: number;
}

/** Throws `unknown_delivery`. */
export async function lockDelivery(effect: Effect, delivery: string): Promise<LockedDelivery> {
  const { rows } = await sql<LockedDelivery>`
    select id as delivery, customer_id as customer, state, format, exports_wanted as request
    from deliveries where id = ${delivery} for no key update`.execute(effect.sql);
  const [row] = rows;
  if (row === undefined) throw new DomainError('unknown_delivery', `There is no delivery ${delivery}`);
  return row;
}

async function assertCustomer(effect: Effect, customer: string): Promise<void> {
  const row = await effect.sql
    .selectFrom('customers')
    .select('id')
    .where('id', '=', customer)
    .executeTakeFirst();
  if (row === undefined) throw new DomainError('unknown_customer', `There is no customer ${customer}`);
}

async function assertFree(effect: Effect, serials: readonly Serials[], customer: string): Promise<void> {
  const barred = [];
  for (const some of serials) {
    barred.push({ space: some.space, runs: await obstaclesTo(effect, some, customer) });
  }
  assertAssignable(barred);
}

/** The exclusion constraint has the last word, whoever forgot to lock. */
async function assign(
  effect: Effect,
  delivery: string,
  { space, ranges }: Serials,
  lots: readonly LockedLot[],
): Promise<void> {
  const blocks = lots
    .filter(lot => lot.space.id === space.id)
    .map(lot => ({ lot: lot.id, ...lot.numbers }))
    .toSorted((a, b) => (a.first < b.first ? -1 : 1));
  const rows = [...meetings(blocks, ranges)].flatMap(([{ lot, ...block }, parts]) =>
    overlaps(block, parts).map(range => ({ lot, range: int8range(range) })),
  );
  await sql`insert into delivery_serials (delivery_id, lot_id, space_id, numbers)
    select ${delivery}, lot, ${space.id}, numbers
    from unnest(${rows.map(row => row.lot)}::text[], ${rows.map(row => row.range)}::int8range[]) as n (lot, numbers)`
    .execute(effect.sql)
    .catch(cause => {
      throw violates(cause, 'serial_assigned_once') ? assignedMeanwhile(cause) : cause;
    });
  await moveSerials(effect, { space, ranges }, { axis: 'custody', to: 'assigned' });
}

function assignedMeanwhile(cause: unknown): LedgerError {
  return new LedgerError('serials_not_assignable', 'Another delivery has some of these serials', { cause });
}

/** Lots with serials that the customer has, or is to get, and whose seeds live. */
async function livingLots(reader: Reader, delivery: string): Promise<string[]> {
  const { rows } = await sql<{ lot: string }>`
    select distinct d.lot_id as lot from delivery_serials d
      join serial_states s on s.space_id = d.space_id and s.numbers && d.numbers
    where d.delivery_id = ${delivery} and d.released_at is null
      and s.custody in ('assigned', 'delivered') and s.seed = 'living'`.execute(reader.sql);
  return rows.map(({ lot }) => lot);
}
