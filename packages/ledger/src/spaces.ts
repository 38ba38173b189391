import type { SerialSpace } from '@seedlot/domain';
import type { Effect, Reader } from './effect.ts';

/** The row of a serial space, made on first use. */
export async function spaceId(effect: Effect, space: SerialSpace): Promise<number> {
  await effect.sql
    .insertInto('serial_spaces')
    .values(space)
    .onConflict(conflict => conflict.doNothing())
    .execute();
  const { id } = await effect.sql
    .selectFrom('serial_spaces')
    .select('id')
    .where('stem', '=', space.stem)
    .where('digits', '=', space.digits)
    .executeTakeFirstOrThrow();
  return id;
}

/** Every space that a product prints into. */
export async function listSerialSpaces(reader: Reader): Promise<SerialSpace[]> {
  return reader.sql.selectFrom('serial_spaces').select(['stem', 'digits']).orderBy('id').execute();
}
