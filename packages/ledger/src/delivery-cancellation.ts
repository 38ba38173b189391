import { assertDeliveryTransition } from '@seedlot/domain';
import { sql } from 'kysely';
import { lockDelivery } from './deliveries.ts';
import { serialsInCustody, serialsOfDelivery } from './delivery-serials.ts';
import type { Effect } from './effect.ts';
import { LedgerError } from './errors.ts';
import { shredFiles } from './file-shreds.ts';
import { lockLotsOf } from './lots.ts';
import { moveSerials } from './serial-states.ts';

/**
 * Cancels a delivery that nobody has downloaded: its serials are free again, and the key of its export goes. Throws
 * `unknown_delivery`, `delivery_downloaded`, and `transition_refused` when it is cancelled already.
 */
export async function cancelDelivery(effect: Effect, delivery: string): Promise<void> {
  await lockLotsOf(effect, await serialsOfDelivery(effect, delivery));
  const { state } = await lockDelivery(effect, delivery);
  if (state === 'delivered' || state === 'received') {
    throw new LedgerError('delivery_downloaded', `An export of ${delivery} was downloaded`);
  }
  assertDeliveryTransition(delivery, state, 'cancelled');
  for (const serials of await serialsInCustody(effect, delivery, 'assigned')) {
    await moveSerials(effect, serials, { axis: 'custody', to: 'burned' });
  }
  await release(effect, delivery);
  await effect.record('delivery.cancelled', { delivery });
  await dropExports(effect, delivery);
}

async function release(effect: Effect, delivery: string): Promise<void> {
  await effect.sql
    .updateTable('delivery_serials')
    .set({ released_at: effect.at })
    .where('delivery_id', '=', delivery)
    .where('released_at', 'is', null)
    .execute();
  await effect.sql
    .updateTable('deliveries')
    .set({ state: 'cancelled', cancelled_at: effect.at })
    .where('id', '=', delivery)
    .execute();
}

/** A closed attempt can no longer be committed, whoever works on it. */
async function dropExports(effect: Effect, delivery: string): Promise<void> {
  await sql`update file_attempts set state = 'closed' where delivery_id = ${delivery} and state = 'open'`.execute(
    effect.sql,
  );
  const files = await effect.sql
    .selectFrom('files')
    .select('id')
    .where('delivery_id', '=', delivery)
    .where('dropped_at', 'is', null)
    .where('replaced_at', 'is', null)
    .execute();
  await shredFiles(effect, 'delivery_cancelled', { files: files.map(({ id }) => id) });
}
