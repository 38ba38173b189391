import { serviceActor } from '@seedlot/domain';
import { dropFiles, hasErasedSeeds, lockHolds, lockRing, noteRotation, openShreds } from '@seedlot/ledger';
import type { ShredParts } from './parts.ts';

/**
 * The files ring's transaction, which chooses only after that of the seeds ring has committed: no file can be made from
 * the shredded serials any more. One new root for all files that go, none when there are none.
 */
export async function eraseFiles({ ledger, rings }: ShredParts): Promise<void> {
  await ledger.commit(serviceActor('shredder'), async effect => {
    await lockHolds(effect, 'shared');
    const ring = await lockRing(effect, 'files', 'exclusive');
    const shreds = await openShreds(effect);
    const due = shreds.filter(
      shred => shred.intended && hasErasedSeeds(shred) && !shred.filesDropped && !shred.onHold,
    );
    const dropped = new Map<string, string[]>();
    for (const shred of due) dropped.set(shred.id, await dropFiles(effect, shred));
    const erase = [...dropped.values()].flat();
    if (erase.length === 0) return;
    const change = await rings.files.keyring.rotate(ring, { erase, replace: [] });
    for (const shred of due) await noteRotation(effect, shred, 'files', change);
  });
}
