import type { DeliveryState, ExportFormat } from '@seedlot/domain';
import { sql } from 'kysely';
import { serialsOfDelivery } from './delivery-serials.ts';
import type { Effect } from './effect.ts';
import { type PrintedRun, readPrintedRuns } from './printed-runs.ts';
import { multirange, putSerials } from './serial-states.ts';

export async function putDelivery(
  effect: Effect,
  { delivery, customer, format }: { delivery: string; customer: string; format: ExportFormat },
  { actor, at }: { actor: string; at: Date },
): Promise<void> {
  await effect.sql
    .insertInto('deliveries')
    .values({ id: delivery, customer_id: customer, format, created_by: actor, created_at: at })
    .execute();
}

/** Assigns serials of lots that the database knows; each lot's part is a row of its own. */
export async function assignAgain(
  effect: Effect,
  delivery: string,
  runs: readonly PrintedRun[],
): Promise<void> {
  for (const serials of await readPrintedRuns(effect, runs)) {
    await sql`insert into delivery_serials (delivery_id, lot_id, space_id, numbers)
      select ${delivery}, lots.id, lots.space_id, part
      from lots, unnest(int8multirange(lots.numbers) * ${multirange(serials.ranges)}::int8multirange) part
      where lots.space_id = ${serials.space.id}`.execute(effect.sql);
    await putSerials(effect, serials, { custody: 'assigned' });
  }
}

/** Moves a delivery on, and its clock: `at` is when that was recorded. A delivery never goes back. */
export async function putDeliveryState(
  effect: Effect,
  delivery: string,
  state: Exclude<DeliveryState, 'assigned'>,
  at: Date,
): Promise<void> {
  const column = sql.ref(`${state}_at`);
  const later = ['assigned', 'exported', 'delivered', 'received', 'cancelled'];
  await sql`update deliveries set ${column} = coalesce(${column}, ${at}),
      state = case when array_position(${later}::text[], state) < array_position(${later}::text[], ${state}::text)
        then ${state} else state end
    where id = ${delivery}`.execute(effect.sql);
}

export async function deliverAgain(effect: Effect, delivery: string, at: Date): Promise<void> {
  await putDeliveryState(effect, delivery, 'delivered', at);
  for (const serials of await serialsOfDelivery(effect, delivery)) {
    await putSerials(effect, serials, { custody: 'delivered' });
  }
}

export async function cancelAgain(effect: Effect, delivery: string, at: Date): Promise<void> {
  for (const serials of await serialsOfDelivery(effect, delivery)) {
    await putSerials(effect, serials, { custody: 'burned' });
  }
  await effect.sql
    .updateTable('delivery_serials')
    .set({ released_at: at })
    .where('delivery_id', '=', delivery)
    .where('released_at', 'is', null)
    .execute();
  await putDeliveryState(effect, delivery, 'cancelled', at);
}

export async function wantExport(
  effect: Effect,
  { delivery, format, request }: { delivery: string; format: ExportFormat; request: number },
): Promise<void> {
  await effect.sql
    .updateTable('deliveries')
    .set({ format, exports_wanted: request })
    .where('id', '=', delivery)
    .execute();
}
