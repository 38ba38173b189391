import type { Custody, Range } from '@seedlot/domain';
import { type RawBuilder, sql } from 'kysely';
import type { Effect } from './effect.ts';
import type { Serials } from './serial-states.ts';

/** Every serial that a delivery still has, space by space. */
export function serialsOfDelivery(effect: Effect, delivery: string): Promise<Serials[]> {
  return read(
    effect,
    sql`select d.space_id, d.numbers from delivery_serials d
      where d.delivery_id = ${delivery} and d.released_at is null`,
  );
}

/** Those of them that are in this custody. */
export function serialsInCustody(effect: Effect, delivery: string, custody: Custody): Promise<Serials[]> {
  return read(
    effect,
    sql`select d.space_id, d.numbers * s.numbers as numbers from delivery_serials d
      join serial_states s on s.space_id = d.space_id and s.numbers && d.numbers
      where d.delivery_id = ${delivery} and d.released_at is null and s.custody = ${custody}`,
  );
}

async function read(effect: Effect, runs: RawBuilder<unknown>): Promise<Serials[]> {
  const { rows } = await sql<Range & { space: number; stem: string; digits: number }>`
    select lower(part) as first, upper(part) as after, space_id as space, stem, digits
    from (select space_id, range_agg(numbers) as numbers from (${runs}) runs group by space_id) spaces
      cross join unnest(numbers) part
      join serial_spaces on serial_spaces.id = space_id
    order by space_id, part`.execute(effect.sql);
  return [...Map.groupBy(rows, row => row.space)].map(([id, parts]) => {
    const [{ stem, digits } = { stem: '', digits: 0 }] = parts;
    return { space: { id, stem, digits }, ranges: parts.map(({ first, after }) => ({ first, after })) };
  });
}
