import { serviceActor } from '@seedlot/domain';
import { closeOverdueAttempts, leftovers, lotsToDispatch } from '@seedlot/ledger';
import { type RunningStage, runStage, type StageParts } from '@seedlot/stage';
import { type DispatchParts, deleteLeftover, dispatchLot } from './dispatch.ts';
import { ensureSigningKey } from './signing-key.ts';

export { type DispatchParts, dispatchLot } from './dispatch.ts';
export { ensureSigningKey } from './signing-key.ts';

/** Turns sealed lots into factory files: on a knock, and at every sweep, which also removes what failed attempts left. */
export async function startFactoryDispatcher(parts: StageParts & DispatchParts): Promise<RunningStage> {
  await ensureSigningKey(parts);
  return runStage(parts, {
    job: 'dispatch',
    actor: serviceActor('factory-dispatcher'),
    subject: ({ lot }) => lot,
    due: async () => {
      await sweepLeftovers(parts);
      return (await lotsToDispatch(parts.ledger)).map(lot => ({ lot }));
    },
    look: ({ lot }, signal) => dispatchLot(parts, lot, signal),
  });
}

/** Closes the attempts of workers that died, then deletes the objects of all closed ones. */
export async function sweepLeftovers(parts: DispatchParts): Promise<void> {
  await parts.ledger.commit(serviceActor('factory-dispatcher'), closeOverdueAttempts);
  for (const attempt of await leftovers(parts.ledger)) await deleteLeftover(parts, attempt);
}
