import { serviceActor } from '@seedlot/domain';
import { recoverRing } from '@seedlot/erasable';
import {
  completeShred,
  hasErasedKeys,
  intendShreds,
  noteMirrored,
  noteRootsDestroyed,
  openShreds,
  type Shred,
} from '@seedlot/ledger';
import { deleteLeftovers } from '@seedlot/stage';
import { eraseFiles } from './erase-files.ts';
import { eraseSeeds } from './erase-seeds.ts';
import { mirrorWhole } from './mirror-whole.ts';
import { awaitOlderLeases } from './older-leases.ts';
import type { ShredParts } from './parts.ts';

const shredder = serviceActor('shredder');

/**
 * Shreds everything that is due, as one group under one new root a ring. Each step commits for itself and is found
 * done when a later round begins anew after a crash; no step is taken before the one above it.
 */
export async function shredDue(parts: ShredParts, signal: AbortSignal): Promise<void> {
  await parts.ledger.commit(shredder, intendShreds);
  const faults = await eraseSeeds(parts);
  await eraseFiles(parts);
  await destroyOldRoots(parts, signal);
  await complete(parts);
  await deleteLeftovers({ ...parts, actor: shredder });
  if (faults.length > 0) throw faults[0];
}

/**
 * Destroys every root that is not current, in both slots, once mirrors and checks show that nothing living hangs on
 * one. Any fault keeps them all. The shreds that this ends are chosen before the roots are listed: the old roots of one
 * that rotates meanwhile, in another process, are still current here.
 */
export async function destroyOldRoots(parts: ShredParts, signal: AbortSignal): Promise<void> {
  const ending = (await openShreds(parts.ledger)).filter(
    shred => hasErasedKeys(shred) && !shred.rootsDestroyed,
  );
  for (const name of ['seeds', 'files'] as const) {
    const ring = parts.rings[name];
    await recoverRing(ring.keyring, ring.store, async epoch => {
      if (epoch > 0) await mirrorWhole(parts, name, epoch);
      if (name === 'files') await note(parts, ending, noteMirrored);
      await awaitOlderLeases(parts.ledger, name, epoch, signal);
    });
  }
  await note(parts, ending, noteRootsDestroyed);
}

async function note(
  { ledger }: ShredParts,
  shreds: readonly Shred[],
  step: typeof noteMirrored,
): Promise<void> {
  for (const shred of shreds) await ledger.commit(shredder, effect => step(effect, shred));
}

async function complete(parts: ShredParts): Promise<void> {
  const ready = (await openShreds(parts.ledger)).filter(shred => shred.rootsDestroyed);
  if (ready.length === 0) return;
  await parts.selfCheck(ready);
  for (const shred of ready) await parts.ledger.commit(shredder, effect => completeShred(effect, shred.id));
}
