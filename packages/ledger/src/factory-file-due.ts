import { DomainError } from '@seedlot/domain';
import { type RawBuilder, sql } from 'kysely';
import type { Effect } from './effect.ts';
import { LedgerError } from './errors.ts';

/**
 * Whether a lot wants a factory file: some of its seeds live, and it is sealed, or was dispatched and no file stands,
 * before the receipt was in, that answers the newest request: a shred took it, or another is asked for.
 */
export const wantsFactoryFile: RawBuilder<boolean> = sql`(lots.state = 'sealed' or lots.state = 'dispatched'
    and not exists (select from files where files.lot_id = lots.id and kind = 'factory'
      and dropped_at is null and replaced_at is null and request = files_wanted))
  and exists (select from serial_states where serial_states.lot_id = lots.id and seed = 'living')`;

/** Asked under the lot's lock. Throws `lot_not_due`. */
export async function assertWantsFactoryFile(effect: Effect, lot: string): Promise<void> {
  const { rows } = await sql<{ state: string; wants: boolean }>`
    select state, ${wantsFactoryFile} as wants from lots where id = ${lot}`.execute(effect.sql);
  const [row] = rows;
  if (row === undefined) throw new DomainError('unknown_lot', `There is no lot ${lot}`);
  if (!row.wants) throw new LedgerError('lot_not_due', `${lot} is ${row.state} and wants no factory file`);
}
