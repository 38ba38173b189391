import { assertLotTransition } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { lockLot } from './lots.ts';

/**
 * Closes a lot that has nothing left to do: it is produced and its seeds are all shredded, whichever came last. Any
 * other stays as it is.
 */
export async function closeDoneLot(effect: Effect, id: string): Promise<void> {
  const { state } = await lockLot(effect, id);
  if (state !== 'produced' || (await hasSeeds(effect, id))) return;
  assertLotTransition(id, state, 'closed');
  await effect.sql
    .updateTable('lots')
    .set({ state: 'closed', closed_at: effect.at })
    .where('id', '=', id)
    .execute();
  await effect.record('lot.closed', { lot: id });
}

async function hasSeeds(effect: Effect, id: string): Promise<boolean> {
  const { rows } =
    await sql`select from serial_states where lot_id = ${id} and seed <> 'shredded' limit 1`.execute(
      effect.sql,
    );
  return rows.length > 0;
}
