import { serviceActor } from '@seedlot/domain';
import { closeOverdueAttempts, lotsToDispatch } from '@seedlot/ledger';
import { deleteLeftovers, type RunningStage, runStage, type Stage, type StageParts } from '@seedlot/stage';
import { type DispatchParts, dispatchLot } from './dispatch.ts';
import { ensureSigningKey } from './signing-key.ts';

export { type DispatchParts, dispatchLot } from './dispatch.ts';
export { DispatcherError, type DispatcherErrorCode } from './errors.ts';
export { ensureSigningKey } from './signing-key.ts';

/** Turns sealed lots into factory files; its sweep also removes what failed attempts left. */
export function factoryDispatcher(parts: DispatchParts): Stage<'dispatch'> {
  return {
    job: 'dispatch',
    actor: serviceActor('factory-dispatcher'),
    subject: ({ lot }) => lot,
    due: async () => (await lotsToDispatch(parts.ledger)).map(lot => ({ lot })),
    look: ({ lot }, signal) => dispatchLot(parts, lot, signal),
    tidy: () => sweepLeftovers(parts),
  };
}

/** Makes the signing key where there is none, then dispatches on a knock, and at every sweep. */
export async function startFactoryDispatcher(parts: StageParts & DispatchParts): Promise<RunningStage> {
  await ensureSigningKey(parts);
  return runStage(parts, factoryDispatcher(parts));
}

/** Closes the attempts of workers that died, then deletes the objects of all closed ones. */
export async function sweepLeftovers({ ledger, objects }: DispatchParts): Promise<void> {
  const actor = serviceActor('factory-dispatcher');
  await ledger.commit(actor, closeOverdueAttempts);
  await deleteLeftovers({ ledger, objects, actor });
}
