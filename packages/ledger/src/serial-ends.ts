import { assertLotTransition } from '@seedlot/domain';
import type { Effect } from './effect.ts';
import { lockLot, lockLotsOf, serialsOfLot } from './lots.ts';
import { type PrintedRun, readPrintedRuns } from './printed-runs.ts';
import { recordRanges } from './range-records.ts';
import { moveSerials, quantityOf } from './serial-states.ts';

/**
 * Voids serials that customers gave back: they are never assigned again, and in no later export. All or none: throws
 * `transition_refused` naming the ranges in the way, `serial_malformed`, `invalid_input`.
 */
export async function voidSerials(
  effect: Effect,
  runs: readonly PrintedRun[],
  reason: string,
): Promise<{ quantity: number }> {
  const serials = await readPrintedRuns(effect, runs);
  await lockLotsOf(effect, serials);
  for (const some of serials) {
    await moveSerials(effect, some, { axis: 'custody', to: 'void' });
    await recordRanges(effect, some, (printed, record) =>
      record('serials.voided', { serials: printed, reason }),
    );
  }
  return { quantity: quantityOf(serials) };
}

/** Gives up a lot whose tokens were lost before any was reported. Throws `unknown_lot`, `transition_refused`. */
export async function loseLot(effect: Effect, id: string, reason: string): Promise<{ quantity: number }> {
  const lot = await lockLot(effect, id);
  assertLotTransition(id, lot.state, 'lost');
  await moveSerials(effect, serialsOfLot(lot), { axis: 'custody', to: 'lost' });
  await effect.sql
    .updateTable('lots')
    .set({ state: 'lost', lost_at: effect.at })
    .where('id', '=', id)
    .execute();
  await effect.record('lot.lost', { lot: id, reason });
  return { quantity: lot.shape.quantity };
}
