import type { RingName, RootId } from '@seedlot/erasable';
import { hasErasedSeeds, openShreds } from '@seedlot/ledger';
import { mirrorFrontiers } from './frontier-mirrors.ts';
import { mirrorRing } from './mirror.ts';
import type { ShredParts } from './parts.ts';

/** Mirrors a ring and proves the mirror, and with that of the seeds the frontiers that its keys open. */
export async function mirrorWhole(
  { ledger, objects, rings }: Pick<ShredParts, 'ledger' | 'objects' | 'rings'>,
  name: RingName,
  epoch: RootId,
): Promise<void> {
  const ring = await mirrorRing(objects, rings[name], epoch);
  if (name === 'files') return;
  const rotated = (await openShreds(ledger)).filter(hasErasedSeeds);
  const changed = new Set(rotated.flatMap(shred => shred.lots));
  await mirrorFrontiers({ ledger, objects, ring, keyring: rings.seeds.keyring }, epoch, changed);
}
