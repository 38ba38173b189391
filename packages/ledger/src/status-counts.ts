import {
  type Custody,
  DELIVERY_STATES,
  type DeliveryState,
  LOT_STATES,
  type LotState,
  type SeedState,
} from '@seedlot/domain';
import { sql } from 'kysely';
import type { Reader } from './effect.ts';

/** How many things stand in one state, and how many serials they hold together. */
export interface StateCount<State extends string> {
  readonly state: State;
  readonly count: number;
  readonly serials: number;
}

/** Each state that anything stands in. An order stands where its lot does. */
export interface StatusCounts {
  readonly lots: readonly StateCount<LotState>[];
  readonly deliveries: readonly StateCount<DeliveryState>[];
  readonly custody: Readonly<Partial<Record<Custody, number>>>;
  readonly seeds: Readonly<Partial<Record<SeedState, number>>>;
}

const length = sql`(upper(numbers) - lower(numbers))`;

export async function readCounts(reader: Reader): Promise<StatusCounts> {
  return {
    lots: await lotCounts(reader),
    deliveries: await deliveryCounts(reader),
    custody: await serialCounts<Custody>(reader, 'custody'),
    seeds: await serialCounts<SeedState>(reader, 'seed'),
  };
}

async function lotCounts({ sql: db }: Reader): Promise<StateCount<LotState>[]> {
  const { rows } = await sql<StateCount<LotState>>`
    select state, count(*)::int as count, sum(${length})::float8 as serials
    from lots group by state`.execute(db);
  return inOrder(LOT_STATES, rows);
}

async function deliveryCounts({ sql: db }: Reader): Promise<StateCount<DeliveryState>[]> {
  const { rows } = await sql<StateCount<DeliveryState>>`
    select state, count(*)::int as count, coalesce(sum(serials), 0)::float8 as serials
    from deliveries left join (select delivery_id, sum(${length}) as serials
      from delivery_serials group by delivery_id) held on held.delivery_id = deliveries.id
    group by state`.execute(db);
  return inOrder(DELIVERY_STATES, rows);
}

async function serialCounts<State extends string>(
  { sql: db }: Reader,
  axis: 'custody' | 'seed',
): Promise<Partial<Record<State, number>>> {
  const { rows } = await sql<{ state: State; serials: number }>`
    select ${sql.ref(axis)} as state, sum(${length})::float8 as serials
    from serial_states group by 1 order by 1`.execute(db);
  return Object.fromEntries(rows.map(({ state, serials }) => [state, serials])) as Partial<
    Record<State, number>
  >;
}

/** As a life goes through them. */
function inOrder<Row extends { readonly state: string }>(states: readonly string[], rows: Row[]): Row[] {
  return rows.sort((a, b) => states.indexOf(a.state) - states.indexOf(b.state));
}
