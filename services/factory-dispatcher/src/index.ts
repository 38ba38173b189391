import { serviceActor } from '@seedlot/domain';
import { sweepLeftovers } from '@seedlot/file-making';
import { lotsToDispatch } from '@seedlot/ledger';
import { type RunningStage, runStage, type Stage, type StageParts } from '@seedlot/stage';
import { type DispatchParts, dispatchLot } from './dispatch.ts';
import { ensureSigningKey } from './signing-key.ts';

export { type DispatchParts, dispatchLot } from './dispatch.ts';
export { ensureSigningKey } from './signing-key.ts';

/** Turns sealed lots into factory files; its sweep also removes what failed attempts left. */
export function factoryDispatcher(parts: DispatchParts): Stage<'dispatch'> {
  const actor = serviceActor('factory-dispatcher');
  return {
    job: 'dispatch',
    actor,
    subject: ({ lot }) => lot,
    due: async () => (await lotsToDispatch(parts.ledger)).map(lot => ({ lot })),
    look: ({ lot }, signal) => dispatchLot(parts, lot, signal),
    tidy: () => sweepLeftovers(parts, actor),
  };
}

/** Makes the signing key where there is none, then dispatches on a knock, and at every sweep. */
export async function startFactoryDispatcher(parts: StageParts & DispatchParts): Promise<RunningStage> {
  await ensureSigningKey(parts);
  return runStage(parts, factoryDispatcher(parts));
}
