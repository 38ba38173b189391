import { closeAttempt, closeOverdueAttempts, type FileAttempt, type Ledger } from '@seedlot/ledger';
import type { ObjectStore } from '@seedlot/object-store';
import { deleteLeftover, deleteLeftovers } from '@seedlot/stage';

/** Where attempts leave rows and objects. */
export interface AttemptParts {
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
}

/** Closes the attempts of workers that died, then deletes the objects of all closed ones. */
export async function sweepLeftovers({ ledger, objects }: AttemptParts, actor: string): Promise<void> {
  await ledger.commit(actor, closeOverdueAttempts);
  await deleteLeftovers({ ledger, objects, actor });
}

/** The row is closed first: from then on nobody can commit the file whose object goes. */
export async function abandon(
  { ledger, objects }: AttemptParts,
  actor: string,
  attempt: FileAttempt,
): Promise<void> {
  const closed = await ledger.commit(actor, effect => closeAttempt(effect, attempt));
  if (closed) await deleteLeftover({ ledger, objects, actor }, attempt);
}
