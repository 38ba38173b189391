import {
  assertNoObstacle,
  type Custody,
  cut,
  meetings,
  normalise,
  type Obstacle,
  overlaps,
  type Range,
  rangeSize,
  type SeedState,
  type SerialSpace,
  sources,
  subtract,
} from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect } from './effect.ts';

/** A run of serials of one lot in one state on both axes: one row. */
export interface SerialState extends Range {
  readonly lot: string;
  readonly custody: Custody;
  readonly seed: SeedState;
}

/** One step on one axis. */
export type Move =
  | { readonly axis: 'custody'; readonly to: Custody }
  | { readonly axis: 'seed'; readonly to: SeedState };

/** Serials in the space of one product family; `id` is the space's row. */
export interface Serials {
  readonly space: SerialSpace & { readonly id: number };
  readonly ranges: readonly Range[];
}

/** How many serials these are. */
export function quantityOf(serials: readonly Serials[]): number {
  return Number(serials.flatMap(({ ranges }) => ranges).reduce((sum, range) => sum + rangeSize(range), 0n));
}

/** As PostgreSQL reads an int8multirange. */
export function multirange(ranges: readonly Range[]): string {
  return `{${ranges.map(({ first, after }) => `[${first},${after})`).join(',')}}`;
}

export function int8range({ first, after }: Range): string {
  return `[${first},${after})`;
}

/**
 * Moves every serial of `serials` one step. All of them or none: throws `transition_refused` naming the ranges in the
 * way, serials that no order has reserved among them.
 */
export async function moveSerials(effect: Effect, serials: Serials, move: Move): Promise<void> {
  const wanted = normalise(serials.ranges);
  if (wanted.length === 0) return;
  const touched = await lockTouched(effect, serials.space.id, wanted);
  assertNoObstacle(serials.space, move.axis, move.to, obstacles(touched, wanted, move));
  const moved = [...meetings(touched, wanted)].flatMap(([state, parts]) =>
    split(state, parts, { [move.axis]: move.to }),
  );
  await replace(effect, serials.space.id, touched, coalesce(moved));
}

/**
 * Puts serials into a state whatever they were in: for a recovery, which repeats what published records say. Serials that
 * no order has reserved are passed over.
 */
export async function putSerials(
  effect: Effect,
  serials: Serials,
  state: Partial<Pick<SerialState, 'custody' | 'seed'>>,
): Promise<void> {
  const wanted = normalise(serials.ranges);
  if (wanted.length === 0) return;
  const touched = await lockTouched(effect, serials.space.id, wanted);
  const moved = [...meetings(touched, wanted)].flatMap(([row, parts]) => split(row, parts, state));
  await replace(effect, serials.space.id, touched, coalesce(moved));
}

/**
 * Rows that share a serial with `wanted`, and their neighbours in the same lots, so that equal runs can grow together
 * again. Rows of other lots are not touched: whoever works on the next block would find its row gone.
 */
async function lockTouched(effect: Effect, space: number, wanted: readonly Range[]): Promise<SerialState[]> {
  const padded = multirange(wanted.map(({ first, after }) => ({ first: first - 1n, after: after + 1n })));
  const lots = sql`select lot_id from serial_states
    where space_id = ${space} and numbers && ${multirange(wanted)}::int8multirange`;
  const { rows } = await sql<SerialState>`
    select lower(numbers) as first, upper(numbers) as after, lot_id as lot, custody, seed
    from serial_states
    where space_id = ${space} and numbers && ${padded}::int8multirange and lot_id in (${lots})
    order by numbers
    for update`.execute(effect.sql);
  return rows;
}

function obstacles(touched: readonly SerialState[], wanted: readonly Range[], move: Move): Obstacle[] {
  const legal: readonly string[] =
    move.axis === 'custody' ? sources('custody', move.to) : sources('seed', move.to);
  const barred = touched.filter(state => !legal.includes(state[move.axis]));
  const inTheWay = [...meetings(barred, wanted)].flatMap(([state, parts]) =>
    overlaps(state, parts).map(range => ({ range, state: state[move.axis] as string })),
  );
  const unknown = subtract(wanted, touched).map(range => ({ range, state: 'in no lot' }));
  return [...inTheWay, ...unknown];
}

function split(state: SerialState, parts: readonly Range[], to: Partial<SerialState>): SerialState[] {
  const stays = cut(state, parts).map(range => ({ ...state, ...range }));
  const moves = overlaps(state, parts).map(range => ({ ...state, ...to, ...range }));
  return [...stays, ...moves];
}

/** Joins neighbours that have become alike, so that a lot costs as many rows as it has boundaries. */
function coalesce(states: readonly SerialState[]): SerialState[] {
  const sorted = [...states].sort((a, b) => (a.first < b.first ? -1 : 1));
  const joined: SerialState[] = [];
  for (const state of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && last.after === state.first && alike(last, state)) {
      joined[joined.length - 1] = { ...last, after: state.after };
    } else {
      joined.push(state);
    }
  }
  return joined;
}

function alike(a: SerialState, b: SerialState): boolean {
  return a.lot === b.lot && a.custody === b.custody && a.seed === b.seed;
}

/** Only rows that change are written: a neighbour that stays as it is was locked, no more. */
async function replace(
  effect: Effect,
  space: number,
  old: readonly SerialState[],
  states: readonly SerialState[],
): Promise<void> {
  const [before, after] = [new Set(old.map(asText)), new Set(states.map(asText))];
  const gone = old.filter(state => !after.has(asText(state)));
  const come = states.filter(state => !before.has(asText(state)));
  await sql`delete from serial_states
    where space_id = ${space} and numbers = any(${gone.map(int8range)}::int8range[])`.execute(effect.sql);
  await sql`insert into serial_states (space_id, numbers, lot_id, custody, seed)
    select ${space}, * from unnest(${come.map(int8range)}::int8range[], ${come.map(s => s.lot)}::text[],
      ${come.map(s => s.custody)}::text[], ${come.map(s => s.seed)}::text[])`.execute(effect.sql);
}

function asText({ first, after, lot, custody, seed }: SerialState): string {
  return `${first} ${after} ${lot} ${custody} ${seed}`;
}
