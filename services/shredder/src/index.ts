import { serviceActor } from '@seedlot/domain';
import { lotsToShred } from '@seedlot/ledger';
import { type RunningStage, runStage, type Stage, type StageParts } from '@seedlot/stage';
import type { ShredParts } from './parts.ts';
import { destroyOldRoots, shredDue } from './shred.ts';

export { ShredderError, type ShredderErrorCode } from './errors.ts';
export type { Ring, SelfCheck, ShredParts } from './parts.ts';
export { type CheckedRing, checkRing } from './self-check.ts';
export { shredDue } from './shred.ts';

/** Destroys what was made for cancelled lots. One look shreds everything that is due. */
export function lotShredder(parts: ShredParts): Stage<'shred'> {
  return {
    job: 'shred',
    actor: serviceActor('shredder'),
    subject: ({ lot }) => lot,
    due: async () => (await lotsToShred(parts.ledger)).map(lot => ({ lot })),
    look: (_, stopping) => shredDue(parts, stopping),
  };
}

/** Ends what a crash interrupted, then shreds what is due: on a knock, and at every sweep. */
export async function startShredder(
  parts: StageParts & ShredParts,
  signal: AbortSignal,
): Promise<RunningStage> {
  await destroyOldRoots(parts, signal);
  return runStage(parts, lotShredder(parts));
}
