/** One page of a list: at most `limit` items, and the cursor of the next page unless this is the last. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Where a page of a list begins: after the item with this id, from the start when null. */
export interface PageRequest {
  readonly after: string | null;
  readonly limit: number;
}

/** Cuts the one item that was read too many; `idOf` names an item for the next request. */
export function pageOf<Item>(
  rows: readonly Item[],
  limit: number,
  idOf: (item: Item) => string,
): PageOf<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? idOf(last) : null };
}
