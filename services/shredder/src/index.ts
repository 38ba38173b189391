import { serviceActor } from '@seedlot/domain';
import { verifyRing } from '@seedlot/erasable';
import { isShredDue, keepWatch } from '@seedlot/ledger';
import { type RunningStage, runStage, type Stage, type StageParts } from '@seedlot/stage';
import type { ShredParts } from './parts.ts';
import { destroyOldRoots, shredDue } from './shred.ts';

export { ShredderError, type ShredderErrorCode } from './errors.ts';
export { frontierName } from './frontier-mirrors.ts';
export { mirrorName, readWhole } from './mirror.ts';
export type { Ring, SelfCheck, ShredParts } from './parts.ts';
export { moveRoot, type RootMoveParts } from './root-move.ts';
export { type RootStatus, rootStatus } from './root-status.ts';
export { type CheckedRings, type CheckedShreds, checkShreds, whatToCheck } from './self-check.ts';
export { shredDue } from './shred.ts';

/** Destroys what was asked to be shredded, and what was made for cancelled lots. One look shreds everything that is due. */
export function seedShredder(parts: ShredParts): Stage<'shred'> {
  return {
    job: 'shred',
    actor: serviceActor('shredder'),
    subject: () => 'all',
    due: async () => ((await isShredDue(parts.ledger)) ? [{}] : []),
    look: (_, stopping) => shredDue(parts, stopping),
    tidy: () => parts.ledger.commit(serviceActor('shredder'), keepWatch),
  };
}

/**
 * Refuses rings that do not open under their roots, then ends what a crash interrupted and shreds what is due: on a
 * knock, and at every sweep. What a crash left may have to wait for leases and for the object store, which the start
 * does not.
 */
export async function startShredder(
  parts: StageParts & ShredParts,
  signal: AbortSignal,
): Promise<RunningStage> {
  for (const { keyring, store } of [parts.rings.seeds, parts.rings.files]) {
    const { epoch } = await store.snapshot([]);
    await verifyRing(keyring, store, { epoch, keys: [] });
  }
  const running = await runStage(parts, seedShredder(parts));
  const recovery = destroyOldRoots(parts, signal).catch(err => {
    if (!signal.aborted) parts.log.error({ err }, 'old roots are still there; the next shred destroys them');
  });
  return {
    stop: async () => {
      await Promise.all([running.stop(), recovery]);
    },
  };
}
