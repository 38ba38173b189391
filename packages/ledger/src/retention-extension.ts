import { DomainError } from '@seedlot/domain';
import { sql } from 'kysely';
import type { Effect } from './effect.ts';

/** What is to live longer: all of a lot, or all of a delivery. */
export type Extended = { readonly lot: string } | { readonly delivery: string };

/**
 * Lets living seeds be kept until `until`, where their terms would end them earlier; it never shortens a term. What is
 * shredded or being shredded stays so. Throws `unknown_lot`, `unknown_delivery`, and `transition_refused` when nothing of
 * it lives or `until` is past. Two persons have agreed to it: the caller sees to that.
 */
export async function extendRetention(effect: Effect, extended: Extended, until: Date): Promise<void> {
  const of = {
    lot: 'lot' in extended ? extended.lot : null,
    delivery: 'delivery' in extended ? extended.delivery : null,
  };
  await assertKnown(effect, extended);
  const { rows } = await sql`select from serial_clocks
    where lot_id = ${of.lot} or delivery_id = ${of.delivery} limit 1`.execute(effect.sql);
  if (rows.length === 0) {
    throw new DomainError(
      'transition_refused',
      `Nothing of ${of.lot ?? of.delivery} lives that could be kept`,
    );
  }
  if (until <= effect.at) throw new DomainError('transition_refused', 'An extension ends in the future');
  await sql`insert into retention_extensions (lot_id, delivery_id, until)
    values (${of.lot}, ${of.delivery}, ${until})`.execute(effect.sql);
  await effect.record('retention.extended', { ...extended, until: until.toISOString() });
}

async function assertKnown(effect: Effect, extended: Extended): Promise<void> {
  const [table, id, code, noun] =
    'lot' in extended
      ? (['lots', extended.lot, 'unknown_lot', 'lot'] as const)
      : (['deliveries', extended.delivery, 'unknown_delivery', 'delivery'] as const);
  const row = await effect.sql.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new DomainError(code, `There is no ${noun} ${id}`);
}
