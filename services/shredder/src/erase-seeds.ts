import { serviceActor } from '@seedlot/domain';
import { ErasableError } from '@seedlot/erasable';
import {
  abandonHeld,
  abandonImpossible,
  type Effect,
  hasErasedSeeds,
  LedgerError,
  lockHolds,
  lockRing,
  noteRotation,
  openShreds,
  type Shred,
  serialsToShred,
} from '@seedlot/ledger';
import { type Erasure, type ErasureParts, erase, planErasure } from './erasure.ts';
import type { ShredParts } from './parts.ts';

/**
 * The seeds ring's transaction: one new root for all that is due in it, none when nothing is. What is due is read under
 * its lock, so that a second shredder finds nothing left. Resolves to what keeps some shreds from being carried out: a
 * damaged frontier holds up the shreds of its lot, and no other.
 */
export async function eraseSeeds({ ledger, rings, keys }: ShredParts): Promise<readonly unknown[]> {
  const { keyring } = rings.seeds;
  return ledger.commit(serviceActor('shredder'), async effect => {
    await lockHolds(effect, 'shared');
    const ring = await lockRing(effect, 'seeds', 'exclusive');
    await abandonImpossible(effect);
    await abandonHeld(effect);
    const due = (await openShreds(effect)).filter(shred => shred.intended && !hasErasedSeeds(shred));
    const { taken, erasures, faults } = await planAll({ effect, keyring, ring, keys }, due);
    if (taken.length === 0) return faults;
    const change = await keyring.rotate(ring, await eraseAll(effect, erasures));
    for (const shred of taken) await noteRotation(effect, shred, 'seeds', change);
    return faults;
  });
}

interface Plan {
  readonly taken: readonly Shred[];
  readonly erasures: readonly Erasure[];
  readonly faults: readonly unknown[];
}

/** The plans of all lots of `due`; anew without the shreds of a lot whose frontier is damaged, until every plan stands. */
async function planAll(parts: ErasureParts, due: readonly Shred[]): Promise<Plan> {
  const erasures: Erasure[] = [];
  const damaged = new Map<string, unknown>();
  for (const serials of await serialsToShred(
    parts.effect,
    due.map(shred => shred.id),
  )) {
    try {
      erasures.push(await planErasure(parts, serials));
    } catch (fault) {
      if (!isDamage(fault)) throw fault;
      damaged.set(serials.lot, fault);
    }
  }
  if (damaged.size === 0) return { taken: due, erasures, faults: [] };
  const rest = await planAll(
    parts,
    due.filter(shred => !shred.lots.some(lot => damaged.has(lot))),
  );
  return { ...rest, faults: [...damaged.values(), ...rest.faults] };
}

/** Of this lot alone; whatever else fails, fails for all. */
function isDamage(fault: unknown): boolean {
  if (fault instanceof LedgerError) return fault.code === 'pages_missing';
  return fault instanceof ErasableError && fault.code === 'frontier_damaged';
}

async function eraseAll(effect: Effect, erasures: readonly Erasure[]) {
  const changes = [];
  for (const erasure of erasures) changes.push(await erase(effect, erasure));
  return {
    erase: changes.flatMap(change => change.erase),
    replace: changes.flatMap(change => change.replace),
  };
}
