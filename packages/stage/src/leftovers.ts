import { type FileAttempt, type Ledger, leftovers, markDeleted } from '@seedlot/ledger';

/** Where leftovers lie, and in whose name they go. */
export interface LeftoverParts {
  readonly ledger: Ledger;
  readonly objects: { delete(name: string): Promise<void> };
  readonly actor: string;
}

/**
 * Deletes the objects of all closed attempts: what failed work left, and what was shredded. It frees space; a shred was
 * real before, by the end of the keys. One object that cannot be deleted keeps none of the others: its fault is thrown
 * at the end.
 */
export async function deleteLeftovers(parts: LeftoverParts): Promise<void> {
  const faults: unknown[] = [];
  for (const attempt of await leftovers(parts.ledger)) {
    await deleteLeftover(parts, attempt).catch(fault => faults.push(fault));
  }
  if (faults.length > 0) throw faults[0];
}

export async function deleteLeftover(parts: LeftoverParts, attempt: FileAttempt): Promise<void> {
  await parts.objects.delete(attempt.objectName);
  await parts.ledger.commit(parts.actor, effect => markDeleted(effect, attempt));
}
