import {
  DomainError,
  type LotShape,
  type LotState,
  type Range,
  rangeSize,
  type SerialSpace,
} from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { LedgerError } from './errors.ts';
import type { Serials } from './serial-states.ts';

/** A lot whose row this transaction has locked. */
export interface LockedLot {
  readonly id: string;
  readonly state: LotState;
  readonly factory: string;
  readonly space: SerialSpace & { readonly id: number };
  readonly numbers: Range;
  readonly shape: LotShape;
}

/**
 * Locks a lot against every other effect on it; `share` lets others read-lock it too. Whoever also takes ring locks
 * takes them first, the seeds ring before the files ring. Throws `unknown_lot`.
 */
export async function lockLot(
  effect: Effect,
  id: string,
  mode: 'update' | 'share' = 'update',
): Promise<LockedLot> {
  const lock = mode === 'update' ? sql`for no key update of lots` : sql`for share of lots`;
  const { rows } = await sql<{
    state: LotState;
    factory: string;
    space: number;
    stem: string;
    digits: number;
    first: bigint;
    after: bigint;
    seedLength: number;
  }>`
    select lots.state, factory_id as factory, space_id as space, stem, digits,
      lower(numbers) as first, upper(numbers) as after, seed_length as "seedLength"
    from lots join serial_spaces on serial_spaces.id = space_id join orders on orders.id = order_id
    where lots.id = ${id} ${lock}`.execute(effect.sql);
  const [row] = rows;
  if (row === undefined) throw new DomainError('unknown_lot', `There is no lot ${id}`);
  const numbers = { first: row.first, after: row.after };
  return {
    id,
    state: row.state,
    factory: row.factory,
    space: { id: row.space, stem: row.stem, digits: row.digits },
    numbers,
    shape: {
      lot: id,
      firstSerial: row.first,
      quantity: Number(rangeSize(numbers)),
      seedLength: row.seedLength,
    },
  };
}

/** All serials of a lot. */
export function serialsOfLot(lot: LockedLot): Serials {
  return { space: lot.space, ranges: [lot.numbers] };
}

/** Throws `lot_not_due` unless the lot is in `state`: the step looked too early, or too late. */
export function assertDue(lot: { id: string; state: string }, state: LotState): void {
  if (lot.state !== state) throw new LedgerError('lot_not_due', `${lot.id} is ${lot.state}, not ${state}`);
}
