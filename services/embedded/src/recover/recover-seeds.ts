import { type Range, subtract } from '@seedlot/domain';
import { parseIndex, type RootId, readFrontier, verifyFrontier } from '@seedlot/erasable';
import {
  type Effect,
  forgetKeylessLots,
  frontiersToRecover,
  livingLots,
  readKeyring,
  readLivingSerials,
  readStoredFrontier,
  replaceFrontier,
  shredPadless,
} from '@seedlot/ledger';
import type { ObjectStore } from '@seedlot/object-store';
import { frontierName, mirrorName, type Ring, readWhole } from '@seedlot/shredder';
import type { CurrentRoot } from './current-root.ts';

/** Puts the mirrored frontiers of an epoch in the place of older ones, and lets go of lots whose keys are gone. */
export async function recoverFrontiers(effect: Effect, objects: ObjectStore, epoch: RootId): Promise<void> {
  const name = mirrorName('frontiers', epoch);
  if ((await objects.size(name)) !== null) {
    const index = parseIndex(await readWhole(objects, name));
    for (const lot of await frontiersToRecover(effect, index.lots)) {
      await readFrontier(objects.read(frontierName(lot)), stored => replaceFrontier(effect, stored));
    }
  }
  await forgetKeylessLots(effect);
}

/**
 * Compares what lives by the database with what has a pad, lot by lot: what lost its pad is shredded, whatever the
 * restored database says of it.
 */
export async function recoverSeedStates(
  effect: Effect,
  { keyring }: Ring,
  { from, to }: CurrentRoot,
): Promise<void> {
  for (const lot of await livingLots(effect)) {
    const stored = await readStoredFrontier(effect, lot);
    const living = (await readLivingSerials(effect, lot)).map(asRange);
    const padded =
      stored === null
        ? []
        : await verifyFrontier(
            stored,
            await keyring.openKey(readKeyring(effect, 'seeds'), stored.frontierKey),
          );
    const gone = subtract(living, padded.map(asRange));
    if (gone.length > 0) await shredPadless(effect, { lot, gone }, { from, to });
  }
}

function asRange({ first, after }: { first: number; after: number }): Range {
  return { first: BigInt(first), after: BigInt(after) };
}
