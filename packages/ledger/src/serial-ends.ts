import { assertLotTransition, DomainError, type LotState } from '@seedlot/domain';
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

/** What to do instead with a lot of which the factory cannot have lost the tokens. */
const NOT_LOST: Partial<Readonly<Record<LotState, string>>> = {
  ordered: 'the factory has nothing of it: cancel its order',
  generating: 'the factory has nothing of it: cancel its order',
  sealed: 'the factory has nothing of it: cancel its order',
  produced:
    'its tokens are accounted for: shred the serials that are gone, void those that customers gave back',
};

/**
 * Gives up a lot whose tokens were lost at the factory, after its file was made and before its report was accepted.
 * Throws `unknown_lot`, and `transition_refused` with what to do instead.
 */
export async function loseLot(effect: Effect, id: string, reason: string): Promise<{ quantity: number }> {
  const lot = await lockLot(effect, id);
  const instead = NOT_LOST[lot.state];
  if (instead !== undefined) throw new DomainError('transition_refused', `${id} is ${lot.state}, ${instead}`);
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
