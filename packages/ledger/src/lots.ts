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
import { multirange, type Serials } from './serial-states.ts';

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
  const { rows } = await sql<LotRow>`${lotRow} where lots.id = ${id} ${lock}`.execute(effect.sql);
  const [row] = rows;
  if (row === undefined) throw new DomainError('unknown_lot', `There is no lot ${id}`);
  return lockedLot(row);
}

/**
 * Locks the lots that these serials are of in the order of their ids, whatever their spaces: two effects that share
 * lots follow each other. Serials of no lot lock nothing.
 */
export async function lockLotsOf(effect: Effect, serials: readonly Serials[]): Promise<LockedLot[]> {
  const ids = new Set<string>();
  for (const { space, ranges } of serials) {
    const { rows } = await sql<{ id: string }>`select id from lots
      where space_id = ${space.id} and numbers && ${multirange(ranges)}::int8multirange`.execute(effect.sql);
    for (const { id } of rows) ids.add(id);
  }
  return lockLots(effect, [...ids]);
}

/** The same by their ids. */
export async function lockLots(effect: Effect, ids: readonly string[]): Promise<LockedLot[]> {
  const { rows } = await sql<LotRow>`${lotRow}
    where lots.id = any(${ids}::text[]) order by lots.id collate "C" for no key update of lots`.execute(
    effect.sql,
  );
  return rows.map(lockedLot);
}

interface LotRow {
  readonly id: string;
  readonly state: LotState;
  readonly factory: string;
  readonly space: number;
  readonly stem: string;
  readonly digits: number;
  readonly first: bigint;
  readonly after: bigint;
  readonly seedLength: number;
}

const lotRow = sql`
  select lots.id, lots.state, factory_id as factory, space_id as space, stem, digits,
    lower(numbers) as first, upper(numbers) as after, seed_length as "seedLength"
  from lots join serial_spaces on serial_spaces.id = space_id join orders on orders.id = order_id`;

function lockedLot({ id, state, factory, space, stem, digits, first, after, seedLength }: LotRow): LockedLot {
  const numbers = { first, after };
  return {
    id,
    state,
    factory,
    space: { id: space, stem, digits },
    numbers,
    shape: { lot: id, firstSerial: first, quantity: Number(rangeSize(numbers)), seedLength },
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
