import { DomainError } from '@seedlot/domain';
import {
  type Caller,
  type LotView,
  listLots,
  type PageOf,
  type PageRequest,
  type Reader,
  showLot,
} from '@seedlot/ledger';

/** The lot, if the caller may know of it. Throws `unknown_lot`: another factory's lot is as if it did not exist. */
export async function lotFor(reader: Reader, caller: Caller, lot: string): Promise<LotView> {
  const view = await showLot(reader, lot);
  if (caller.kind === 'staff' || caller.factory === view.factory) return view;
  throw new DomainError('unknown_lot', `There is no lot ${lot}`);
}

/** The lots that the caller may know of, the newest first. */
export async function lotsFor(reader: Reader, caller: Caller, page: PageRequest): Promise<PageOf<LotView>> {
  if (caller.kind === 'staff') return listLots(reader, page, null);
  if (caller.factory === null) return { items: [], next: null };
  return listLots(reader, page, caller.factory);
}
