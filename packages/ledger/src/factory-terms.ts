import { DomainError } from '@seedlot/domain';
import type { Effect } from './effect.ts';

/** Sets how many days a factory may fetch its file again once its receipt is in. Throws `unknown_factory`. */
export async function setFileDays(effect: Effect, factory: string, fileDays: number): Promise<void> {
  const row = await effect.sql
    .updateTable('factories')
    .set({ file_days: fileDays })
    .where('id', '=', factory)
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) throw new DomainError('unknown_factory', `There is no factory ${factory}`);
  await effect.record('factory.changed', { factory, fileDays });
}
