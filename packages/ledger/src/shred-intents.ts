import { sql } from 'kysely';
import type { Effect } from './effect.ts';
import { abandonHeld, lockHolds, withoutHeld } from './hold-guard.ts';
import { nextNumber, printId } from './ids.ts';
import { lockLot } from './lots.ts';
import { recordRanges } from './range-records.ts';
import { takeDue } from './retention-due.ts';
import { quantityOf, type Serials } from './serial-states.ts';
import { aboutShred, insertShredSerials, unshreddedSerials } from './shred-serials.ts';
import { openShreds } from './shreds.ts';

/** Records the intent of every shred that is asked for or due, and of one for every cancelled lot whose seeds live. */
export async function intendShreds(effect: Effect): Promise<void> {
  await lockHolds(effect, 'shared');
  await abandonHeld(effect);
  await takeDue(effect);
  const cancelled = await unshreddedSerials(effect, sql<boolean>`lots.state = 'cancelled'`);
  for (const { lot } of cancelled) await takeCancelled(effect, lot);
  for (const shred of await openShreds(effect)) {
    if (shred.intended || shred.onHold || !(await markIntended(effect, shred.id))) continue;
    const { id, lot, reason, quantity } = shred;
    const fields = { shred: id, ...(lot !== null && { lot }), reason, quantity };
    await effect.record('shred.intent', fields, await aboutShred(effect, shred));
  }
}

/** Asked again under the lot's lock: whoever saw the lot due may have been overtaken by another shredder. */
async function takeCancelled(effect: Effect, id: string): Promise<void> {
  const lot = await lockLot(effect, id);
  const [living] = await unshreddedSerials(effect, sql<boolean>`lots.id = ${id}`);
  if (living === undefined) return;
  const ranges = await withoutHeld(effect, lot.space.id, living.ranges);
  if (ranges.length === 0) return;
  const serials = { space: lot.space, ranges };
  const whole = quantityOf([serials]) === quantityOf([{ space: lot.space, ranges: living.ranges }]);
  const shred = printId('shred', await nextNumber(effect, 'shred_numbers'));
  await effect.sql
    .insertInto('shreds')
    .values({ id: shred, lot_id: whole ? id : null, reason: 'order_cancelled' })
    .execute();
  await insertShredSerials(effect, shred, lot.space.id, [{ lot: id, ranges }]);
  if (!whole) await recordPart(effect, shred, serials);
}

/** Where a hold keeps a part of the lot, the record must say which serials go. */
async function recordPart(effect: Effect, shred: string, serials: Serials): Promise<void> {
  const quantity = quantityOf([serials]);
  await effect.record('shred.requested', { shred, reason: 'order_cancelled', quantity });
  await recordRanges(effect, serials, (printed, record) =>
    record('shred.serials', { shred, serials: printed }),
  );
}

/** False when another shredder was first. */
async function markIntended(effect: Effect, shred: string): Promise<boolean> {
  const { rows } = await sql`update shreds set intended_at = now()
    where id = ${shred} and intended_at is null returning id`.execute(effect.sql);
  return rows.length > 0;
}

/**
 * Gives up what can never be carried out: shreds whose keys no rotation has erased yet, and that take serials whose
 * seeds do not live any more. Resolves to their ids. The caller holds the seeds ring's lock.
 */
export async function abandonImpossible(effect: Effect): Promise<string[]> {
  const { rows } = await sql<{ id: string; lot: string | null }>`
    update shreds set abandoned_at = now()
    where completed_at is null and abandoned_at is null and intended_at is not null and seeds_root_to is null
      and exists (select from shred_serials where shred_id = id and not (multirange(numbers) <@ coalesce(
        (select range_agg(numbers) from serial_states
          where serial_states.lot_id = shred_serials.lot_id and seed = 'living'), '{}')))
    returning id, lot_id as lot`.execute(effect.sql);
  for (const shred of rows) {
    const fields = {
      shred: shred.id,
      ...(shred.lot !== null && { lot: shred.lot }),
      code: 'transition_refused',
    };
    await effect.record('shred.abandoned', fields, await aboutShred(effect, shred));
  }
  return rows.map(shred => shred.id);
}
