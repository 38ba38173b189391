import { type Custody, meetings, overlaps, type Range, type SeedState, subtract } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import type { Barred, ObstacleReason } from './serial-obstacles.ts';
import { multirange, type Serials } from './serial-states.ts';

/** A run of serials in one state, and whom its order was placed for. */
interface Held extends Range {
  readonly custody: Custody;
  readonly seed: SeedState;
  readonly customer: string | null;
}

/** A run of serials that somebody already has: a delivery, or a shred. */
interface Taken extends Range {
  readonly of: string;
}

const OF_CUSTODY: Readonly<Record<Custody, ObstacleReason | null>> = {
  reserved: 'not_burned',
  dispatched: 'not_burned',
  burned: null,
  assigned: 'assigned',
  delivered: 'assigned',
  scrapped: 'scrapped',
  lost: 'lost',
  void: 'void',
};

/** Everything that keeps these serials from being assigned to this customer; asked under the locks of their lots. */
export async function obstaclesTo(effect: Effect, serials: Serials, customer: string): Promise<Barred[]> {
  const wanted = serials.ranges;
  const held = await heldSerials(effect, serials);
  const unknown = subtract(wanted, held).map(range => bar(range, 'in_no_lot'));
  const barred = [...meetings(held, wanted)].flatMap(([state, parts]) => {
    const reason = reasonOf(state, customer);
    if (reason === null) return [];
    const of = reason === 'other_customer' ? state.customer : null;
    return overlaps(state, parts).map(range => bar(range, reason, of));
  });
  const named = await nameDeliveries(effect, serials, barred);
  return [...unknown, ...named, ...(await shreddingSoon(effect, serials, named))].toSorted(byFirst);
}

function reasonOf({ custody, seed, customer }: Held, wanted: string): ObstacleReason | null {
  const reason = OF_CUSTODY[custody];
  if (reason !== null) return reason;
  if (seed !== 'living') return seed === 'shredded' ? 'seed_shredded' : 'seed_shredding';
  return customer === null || customer === wanted ? null : 'other_customer';
}

async function heldSerials(effect: Effect, { space, ranges }: Serials): Promise<Held[]> {
  const { rows } = await sql<Held>`
    select lower(s.numbers) as first, upper(s.numbers) as after, custody, seed, customer_id as customer
    from serial_states s join lots on lots.id = lot_id join orders on orders.id = order_id
    where s.space_id = ${space.id} and s.numbers && ${multirange(ranges)}::int8multirange
    order by s.numbers`.execute(effect.sql);
  return rows;
}

/** Cuts what is assigned by the deliveries that have it. */
async function nameDeliveries(
  effect: Effect,
  { space }: Serials,
  barred: readonly Barred[],
): Promise<Barred[]> {
  const assigned = barred.filter(({ reason }) => reason === 'assigned');
  if (assigned.length === 0) return [...barred];
  const { rows } = await sql<Taken>`
    select lower(numbers) as first, upper(numbers) as after, delivery_id as of from delivery_serials
    where space_id = ${space.id} and released_at is null
      and numbers && ${multirange(assigned)}::int8multirange order by numbers`.execute(effect.sql);
  return [...barred.filter(({ reason }) => reason !== 'assigned'), ...cutBy(rows, assigned, 'assigned')];
}

/** What a shred was asked for, whose seeds live until its rotation. */
async function shreddingSoon(
  effect: Effect,
  { space, ranges }: Serials,
  barred: readonly Barred[],
): Promise<Barred[]> {
  const { rows } = await sql<Taken>`
    select lower(numbers) as first, upper(numbers) as after, shred_id as of
    from shred_serials join shreds on shreds.id = shred_id
    where space_id = ${space.id} and completed_at is null and abandoned_at is null
      and shred_serials.lot_id in (select id from lots
        where space_id = ${space.id} and numbers && ${multirange(ranges)}::int8multirange)
    order by numbers`.execute(effect.sql);
  const free = subtract(ranges, barred);
  return cutBy(rows, free, 'seed_shredding');
}

function cutBy(taken: readonly Taken[], ranges: readonly Range[], reason: ObstacleReason): Barred[] {
  return [...meetings(taken, ranges)].flatMap(([{ of, ...run }, parts]) =>
    overlaps(run, parts).map(range => bar(range, reason, of)),
  );
}

function bar({ first, after }: Range, reason: ObstacleReason, of: string | null = null): Barred {
  return { first, after, reason, of };
}

function byFirst(a: Range, b: Range): number {
  return a.first < b.first ? -1 : 1;
}
