import { serviceActor } from '@seedlot/domain';
import { leftovers, markDeleted } from '@seedlot/ledger';
import type { ShredParts } from './parts.ts';

/** Deletes the objects whose keys are gone. It frees space; what shredded them was the end of their keys. */
export async function deleteShreddedObjects({ ledger, objects }: ShredParts): Promise<void> {
  for (const attempt of await leftovers(ledger)) {
    await objects.delete(attempt.objectName);
    await ledger.commit(serviceActor('shredder'), effect => markDeleted(effect, attempt));
  }
}
