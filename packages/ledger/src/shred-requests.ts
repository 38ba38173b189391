import {
  DomainError,
  intersect,
  printSerials,
  type Range,
  type SerialSpace,
  subtract,
} from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { nextNumber, printId } from './ids.ts';
import { lockLot, lockLotsOf } from './lots.ts';
import { type PrintedRun, readPrintedRuns } from './printed-runs.ts';
import { recordRanges } from './range-records.ts';
import { multirange, quantityOf, type Serials } from './serial-states.ts';
import { insertShredSerials, type LotSerials, unshreddedSerials } from './shred-serials.ts';

/** What is asked to be shredded: all living serials of a lot, or these. */
export type ShredRequest = { readonly lot: string } | { readonly serials: readonly PrintedRun[] };

/**
 * Asks for a shred; the shredder carries it out. All of the serials or none: throws `transition_refused` naming the
 * ranges in the way (in no lot, of a lot that is not sealed yet, shredded or being shredded), `unknown_serial` when no
 * order has reserved any of them, `unknown_lot`, `serial_malformed`, `invalid_input`.
 */
export async function requestShred(
  effect: Effect,
  request: ShredRequest,
): Promise<{ shred: string; quantity: number }> {
  if ('lot' in request) return requestLot(effect, request.lot);
  const serials = await readSerials(effect, request.serials);
  const lots = await lockLotsOf(effect, [serials]);
  await assertFree(effect, serials);
  const byLot = lots.map(({ id, numbers }) => ({ lot: id, ranges: intersect([numbers], serials.ranges) }));
  return insertRequest(effect, null, serials, byLot);
}

async function requestLot(effect: Effect, id: string): Promise<{ shred: string; quantity: number }> {
  const { space, state } = await lockLot(effect, id);
  const [living] = await unshreddedSerials(effect, sql<boolean>`lots.id = ${id}`);
  const sealed = !['ordered', 'generating'].includes(state);
  if (living === undefined || !sealed) {
    const why = sealed ? 'has no living serials that no shred takes' : 'is not sealed yet';
    throw new DomainError('transition_refused', `${id} is ${state} and ${why}`);
  }
  return insertRequest(effect, id, { space, ranges: living.ranges }, [living]);
}

async function readSerials(effect: Effect, runs: readonly PrintedRun[]): Promise<Serials> {
  const [serials, ...others] = await readPrintedRuns(effect, runs);
  if (serials !== undefined && others.length === 0) return serials;
  throw new DomainError('invalid_input', 'One shred takes serials of one form: the same prefix and length');
}

interface Obstacle extends Range {
  readonly why: string;
}

/** Asked under the lots' locks. */
async function assertFree(effect: Effect, { space, ranges }: Serials): Promise<void> {
  const wanted = multirange(ranges);
  const { rows } = await sql<Obstacle & { seed: string }>`
    select lower(part) as first, upper(part) as after, seed,
      case when state in ('ordered', 'generating') then lots.id || ' is not sealed yet'
        when seed = 'none' then 'never had a seed' else seed end as why
    from serial_states join lots on lots.id = lot_id,
      unnest(multirange(serial_states.numbers) * ${wanted}::int8multirange) part
    where serial_states.space_id = ${space.id} and serial_states.numbers && ${wanted}::int8multirange
    union all
    select lower(part), upper(part), 'taken', 'taken by ' || shred_id
    from shred_serials join shreds on id = shred_id, unnest(multirange(numbers) * ${wanted}::int8multirange) part
    where space_id = ${space.id} and numbers && ${wanted}::int8multirange and seeds_root_to is null
      and completed_at is null and abandoned_at is null
    order by first`.execute(effect.sql);
  const reserved = rows.filter(row => row.seed !== 'taken');
  const unknown = subtract(ranges, reserved).map(range => ({ ...range, why: 'in no lot' }));
  const inTheWay = rows.filter(row => row.why !== 'living');
  if (reserved.length === 0) throw refusal('unknown_serial', space, unknown);
  if (unknown.length + inTheWay.length > 0)
    throw refusal('transition_refused', space, [...unknown, ...inTheWay]);
}

function refusal(
  code: 'unknown_serial' | 'transition_refused',
  space: SerialSpace,
  obstacles: readonly Obstacle[],
): DomainError {
  const sorted = obstacles.toSorted((a, b) => (a.first < b.first ? -1 : 1));
  const named = sorted.map(({ why, ...range }) => `${printSerials(space, range)} (${why})`);
  return new DomainError(code, `These serials cannot be shredded: ${named.join(', ')}`);
}

async function insertRequest(
  effect: Effect,
  lot: string | null,
  serials: Serials,
  lots: readonly LotSerials[],
): Promise<{ shred: string; quantity: number }> {
  const shred = printId('shred', await nextNumber(effect, 'shred_numbers'));
  const quantity = quantityOf([serials]);
  await effect.sql
    .insertInto('shreds')
    .values({ id: shred, lot_id: lot, reason: 'requested', requested_by: effect.actor })
    .execute();
  await insertShredSerials(effect, shred, serials.space.id, lots);
  await effect.record('shred.requested', {
    shred,
    ...(lot !== null && { lot }),
    reason: 'requested',
    quantity,
  });
  await recordRanges(effect, serials, (printed, record) =>
    record('shred.serials', { shred, serials: printed }),
  );
  effect.knockAfter({ job: 'shred' });
  return { shred, quantity };
}
