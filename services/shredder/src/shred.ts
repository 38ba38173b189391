import { serviceActor } from '@seedlot/domain';
import { type RingName, type RootId, recoverRing } from '@seedlot/erasable';
import {
  completeShred,
  dropLotFiles,
  dropLotKeys,
  intendShred,
  lockRing,
  lotsToShred,
  noteMirrored,
  noteRootsDestroyed,
  noteRotation,
  openShreds,
  type Shred,
} from '@seedlot/ledger';
import { deleteLeftovers } from '@seedlot/stage';
import { mirrorFrontiers } from './frontier-mirrors.ts';
import { mirrorRing } from './mirror.ts';
import { awaitOlderLeases } from './older-leases.ts';
import type { ShredParts } from './parts.ts';

const shredder = serviceActor('shredder');

/**
 * Shreds everything that is due, as one group under one new root a ring. Each step commits for itself and is found
 * done when a later round begins anew after a crash; no step is taken before the one above it.
 */
export async function shredDue(parts: ShredParts, signal: AbortSignal): Promise<void> {
  await recordIntents(parts);
  await eraseSeedKeys(parts);
  await eraseFileKeys(parts);
  await destroyOldRoots(parts, signal);
  await complete(parts);
  await deleteLeftovers({ ...parts, actor: shredder });
}

async function recordIntents({ ledger }: ShredParts): Promise<void> {
  for (const lot of await lotsToShred(ledger)) {
    await ledger.commit(shredder, effect => intendShred(effect, lot));
  }
}

/** The seeds ring's transaction. What is due is read under its lock, so that a second shredder finds nothing left. */
async function eraseSeedKeys({ ledger, rings }: ShredParts): Promise<void> {
  await ledger.commit(shredder, async effect => {
    const transaction = await lockRing(effect, 'seeds', 'exclusive');
    const due = (await openShreds(effect)).filter(shred => shred.seedsRoot === null);
    if (due.length === 0) return;
    const erase = await collect(due, shred => dropLotKeys(effect, shred.lot));
    const change = await rings.seeds.keyring.rotate(transaction, { erase, replace: [] });
    for (const shred of due) await noteRotation(effect, shred, 'seeds', change);
  });
}

/** The files ring's, which chooses only after the first has committed: no file can be made from the lot any more. */
async function eraseFileKeys({ ledger, rings }: ShredParts): Promise<void> {
  await ledger.commit(shredder, async effect => {
    const transaction = await lockRing(effect, 'files', 'exclusive');
    const due = (await openShreds(effect)).filter(
      shred => shred.seedsRoot !== null && shred.filesRoot === null,
    );
    if (due.length === 0) return;
    const erase = await collect(due, shred => dropLotFiles(effect, shred.lot));
    const change = await rings.files.keyring.rotate(transaction, { erase, replace: [] });
    for (const shred of due) await noteRotation(effect, shred, 'files', change);
  });
}

/**
 * Destroys every root that is not current, in both slots, once mirrors and checks show that nothing living hangs on
 * one. Any fault keeps them all. The shreds that this ends are chosen before the roots are listed: the old roots of one
 * that rotates meanwhile, in another process, are still current here.
 */
export async function destroyOldRoots(parts: ShredParts, signal: AbortSignal): Promise<void> {
  const ending = (await openShreds(parts.ledger)).filter(hasRotated);
  for (const name of ['seeds', 'files'] as const) {
    const ring = parts.rings[name];
    await recoverRing(ring.keyring, ring.store, async epoch => {
      if (epoch === 0) return;
      await mirror(parts, name, epoch);
      await awaitOlderLeases(parts.ledger, name, epoch, signal);
    });
  }
  for (const shred of ending) {
    await parts.ledger.commit(shredder, async effect => {
      await noteMirrored(effect, shred);
      await noteRootsDestroyed(effect, shred);
    });
  }
}

/** The ring, and with that of the seeds the frontiers that its keys open. */
async function mirror(parts: ShredParts, name: RingName, epoch: RootId): Promise<void> {
  const { ledger, objects, rings } = parts;
  const ring = await mirrorRing(objects, rings[name], epoch);
  if (name === 'files') return;
  const changed = new Set((await openShreds(ledger)).map(shred => shred.lot));
  await mirrorFrontiers({ ledger, objects, ring, keyring: rings.seeds.keyring }, epoch, changed);
}

async function complete(parts: ShredParts): Promise<void> {
  const ready = (await openShreds(parts.ledger)).filter(shred => shred.rootsDestroyed);
  if (ready.length === 0) return;
  await parts.selfCheck(ready);
  for (const shred of ready) await parts.ledger.commit(shredder, effect => completeShred(effect, shred.id));
}

function hasRotated(shred: Shred): boolean {
  return shred.seedsRoot !== null && shred.filesRoot !== null && !shred.rootsDestroyed;
}

async function collect<T>(shreds: readonly Shred[], of: (shred: Shred) => Promise<T[]>): Promise<T[]> {
  const all: T[] = [];
  for (const shred of shreds) all.push(...(await of(shred)));
  return all;
}
