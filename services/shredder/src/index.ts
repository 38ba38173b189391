import { serviceActor } from '@seedlot/domain';
import { lotsToShred } from '@seedlot/ledger';
import { type RunningStage, runStage, type StageParts } from '@seedlot/stage';
import type { ShredParts } from './parts.ts';
import { destroyOldRoots, shredDue } from './shred.ts';

export { ShredderError, type ShredderErrorCode } from './errors.ts';
export type { Ring, SelfCheck, ShredParts } from './parts.ts';
export { type CheckedRing, checkRing } from './self-check.ts';
export { shredDue } from './shred.ts';

/** Ends what a crash interrupted, then shreds what is due: on a knock, and at every sweep. */
export async function startShredder(
  parts: StageParts & ShredParts,
  signal: AbortSignal,
): Promise<RunningStage> {
  await destroyOldRoots(parts, signal);
  return runStage(parts, {
    job: 'shred',
    actor: serviceActor('shredder'),
    subject: ({ lot }) => lot,
    due: async () => (await lotsToShred(parts.ledger)).map(lot => ({ lot })),
    look: (_, stopping) => shredDue(parts, stopping),
  });
}
