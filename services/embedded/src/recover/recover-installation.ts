import { serviceActor } from '@seedlot/domain';
import { dropKeylessFiles, type Effect, type Ledger, loseUnsealedLots, replaceRing } from '@seedlot/ledger';
import type { ObjectStore } from '@seedlot/object-store';
import type { Rings } from '../rings.ts';
import { type CurrentRoot, findCurrentRoot } from './current-root.ts';
import { recoverLog } from './recover-log.ts';
import { recoverFrontiers, recoverSeedStates } from './recover-seeds.ts';

export interface RecoveryParts {
  /** With every right: it does what no service may. */
  readonly ledger: Ledger;
  readonly rings: Rings;
  readonly objects: ObjectStore;
  readonly tell: (line: string) => void;
}

export interface RecoveryReport {
  readonly seedsRoot: { readonly from: number; readonly to: number };
  readonly filesRoot: { readonly from: number; readonly to: number };
  readonly recordsAdopted: number;
  readonly lotsLost: readonly string[];
  readonly filesDropped: number;
}

/**
 * Brings a database that was put back to an older point to what the root slots and the published records say, in one
 * transaction: the keyring and the frontiers of the slot's current root, the records that it lacks with their effects,
 * the shreds that it missed, the lots that it cannot have. No service may run meanwhile. Run twice, it has one effect.
 * Throws EmbeddedError `recovery_impossible`, and what the slots, the store and the database throw.
 */
export async function recoverInstallation(parts: RecoveryParts): Promise<RecoveryReport> {
  const { ledger, rings, objects, tell } = parts;
  tell('Looking for the current roots');
  const seeds = await findCurrentRoot(rings.seeds, objects);
  const files = await findCurrentRoot(rings.files, objects);
  return ledger.commit(serviceActor('recovery'), async effect => {
    await recoverKeys(effect, parts, seeds, files);
    tell('Reading the published records');
    const { adopted, sealed } = await recoverLog(effect, objects, tell);
    tell('Comparing seeds and states');
    await recoverSeedStates(effect, rings.seeds, seeds);
    const report: RecoveryReport = {
      seedsRoot: { from: seeds.from, to: seeds.to },
      filesRoot: { from: files.from, to: files.to },
      recordsAdopted: adopted,
      lotsLost: await loseUnsealedLots(effect, sealed),
      filesDropped: (await dropKeylessFiles(effect)).length,
    };
    await effect.record('recovery.done', { ...report, lotsLost: [...report.lotsLost] });
    return report;
  });
}

/** The seeds ring before the files ring, as everywhere. */
async function recoverKeys(
  effect: Effect,
  { objects }: RecoveryParts,
  seeds: CurrentRoot,
  files: CurrentRoot,
): Promise<void> {
  if (seeds.mirror !== null) await replaceRing(effect, seeds.mirror);
  if (files.mirror !== null) await replaceRing(effect, files.mirror);
  await recoverFrontiers(effect, objects, seeds.to);
}
