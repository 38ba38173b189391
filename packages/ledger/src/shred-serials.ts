import type { Range } from '@seedlot/domain';
import { type RawBuilder, sql } from 'kysely';
import type { AboutSerials, Effect, Reader } from './effect.ts';
import { int8range } from './serial-states.ts';

/** Serials of one lot. */
export interface LotSerials {
  readonly lot: string;
  readonly ranges: readonly Range[];
}

/** The serials that these shreds take, taken together, lot by lot in the order in which lots are locked. */
export async function serialsToShred(reader: Reader, shreds: readonly string[]): Promise<LotSerials[]> {
  const { rows } = await sql<{ lot: string } & Range>`
    select lot_id as lot, lower(part) as first, upper(part) as after
    from (select lot_id, range_agg(numbers) as all_numbers from shred_serials
      where shred_id = any(${shreds}) group by lot_id) as taken, unnest(all_numbers) part
    order by lot_id, part`.execute(reader.sql);
  return byLot(rows);
}

/** Rows in the order of their lots, as one item a lot. */
export function byLot(rows: readonly ({ readonly lot: string } & Range)[]): LotSerials[] {
  return [...Map.groupBy(rows, row => row.lot)].map(([lot, runs]) => ({
    lot,
    ranges: runs.map(({ first, after }) => ({ first, after })),
  }));
}

export async function insertShredSerials(
  effect: Effect,
  shred: string,
  space: number,
  lots: readonly LotSerials[],
): Promise<void> {
  const rows = lots.flatMap(({ lot, ranges }) => ranges.map(range => ({ lot, range: int8range(range) })));
  await sql`insert into shred_serials (shred_id, lot_id, space_id, numbers)
    select ${shred}, lot, ${space}, numbers
    from unnest(${rows.map(row => row.lot)}::text[], ${rows.map(row => row.range)}::int8range[]) as n (lot, numbers)`.execute(
    effect.sql,
  );
}

/** What the records of a shred are about; undefined where its lot says so, or where it takes no serials. */
export async function aboutShred(
  reader: Reader,
  shred: { readonly id: string; readonly lot: string | null },
): Promise<AboutSerials | undefined> {
  if (shred.lot !== null) return undefined;
  const { rows } = await sql<{ space: number } & Range>`
    select space_id as space, lower(numbers) as first, upper(numbers) as after
    from shred_serials where shred_id = ${shred.id} order by numbers`.execute(reader.sql);
  const [row] = rows;
  return row === undefined ? undefined : { space: row.space, ranges: rows };
}

/** Serials whose seeds live and that no open shred takes, of the lots that `which` chooses from `lots`. */
export async function unshreddedSerials(
  reader: Reader,
  which: RawBuilder<boolean>,
): Promise<(LotSerials & { readonly space: number })[]> {
  const { rows } = await sql<{ lot: string; space: number } & Range>`
    select lots.id as lot, lots.space_id as space, lower(part) as first, upper(part) as after
    from lots, unnest(
      coalesce((select range_agg(numbers) from serial_states where lot_id = lots.id and seed = 'living'), '{}')
      - coalesce((select range_agg(numbers) from shred_serials join shreds on id = shred_id
          where shred_serials.lot_id = lots.id and completed_at is null and abandoned_at is null), '{}')) part
    where ${which} order by lots.id, part`.execute(reader.sql);
  const spaces = new Map(rows.map(({ lot, space }) => [lot, space]));
  return byLot(rows).map(of => ({ ...of, space: spaces.get(of.lot) ?? 0 }));
}
