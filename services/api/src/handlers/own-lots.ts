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
  if (caller.kind === 'staff') return listLots(reader, page);
  const ids = await ownLots(reader, caller, page);
  const items = await Promise.all(ids.slice(0, page.limit).map(id => showLot(reader, id)));
  return { items, next: ids.length > page.limit ? (items.at(-1)?.lot ?? null) : null };
}

/** One id more than the page has room for. Ids grow in length once six digits are not enough, so length comes first. */
async function ownLots(
  reader: Reader,
  { factory }: Caller,
  { after, limit }: PageRequest,
): Promise<string[]> {
  if (factory === null) return [];
  const rows = await reader.sql
    .selectFrom('lots')
    .innerJoin('orders', 'orders.id', 'lots.order_id')
    .select('lots.id')
    .where('factory_id', '=', factory)
    .$if(after !== null, query =>
      query.where(({ eb, fn, val, or, and }) => {
        const [length, longest] = [fn<number>('length', ['lots.id']), fn<number>('length', [val(after)])];
        return or([eb(length, '<', longest), and([eb(length, '=', longest), eb('lots.id', '<', after)])]);
      }),
    )
    .orderBy(({ fn }) => fn('length', ['lots.id']), 'desc')
    .orderBy('lots.id', 'desc')
    .limit(limit + 1)
    .execute();
  return rows.map(row => row.id);
}
