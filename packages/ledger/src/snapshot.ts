import type { Reader } from './effect.ts';

/** Reads several things as they were at one moment, on one connection of its own; changes nothing. */
export async function atOneMoment<T>({ sql }: Reader, work: (reader: Reader) => Promise<T>): Promise<T> {
  const transaction = sql.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return transaction.execute(open => work({ sql: open }));
}
