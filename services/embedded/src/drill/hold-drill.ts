import { createDatabase, createPool, databaseUrl } from '@seedlot/database';
import { serviceActor } from '@seedlot/domain';
import { Ledger, livingLots, lotsWithKeys } from '@seedlot/ledger';
import { FolderObjectStore } from '@seedlot/object-store';
import type { Lifetime } from '@seedlot/service-kit';
import { reachPostgres } from '../backup/reach-postgres.ts';
import { DATABASE } from '../databases.ts';
import type { Folders } from '../folders.ts';
import { recoverInstallation } from '../recover/recover-installation.ts';
import { openRings } from '../rings.ts';
import { checkLot, type LotFinding, readBackedUpLot } from './lot-check.ts';
import { ReadOnlyObjects } from './read-only.ts';
import { type RestoredCopy, restoreCopy } from './restored-copy.ts';

export interface DrillReport {
  readonly backupTakenAt: string;
  readonly lots: readonly LotFinding[];
  /** Lots that live in the running system and were not in the backup: a restore of it would lose them. */
  readonly newerLots: readonly string[];
  readonly livingOpened: number;
  readonly shreddedSince: number;
  readonly passed: boolean;
}

export interface DrillOptions {
  readonly folders: Folders;
  readonly from: string;
  readonly tell: (line: string) => void;
}

/**
 * Restores a backup beside the running system, recovers the copy as after a loss, and shows of every lot that the living
 * seeds open and those that were shredded since do not: neither with the backup's own keys under the roots of today nor
 * after the recovery. The running system goes on, and is told the outcome as a record. Throws EmbeddedError.
 */
export async function holdDrill(life: Lifetime, options: DrillOptions): Promise<DrillReport> {
  const { folders, tell } = options;
  const running = await openRunning(life, folders);
  const copy = await restoreCopy(life, { ...options, slots: running.rings });
  const { ledger, rings, manifest } = copy;
  const keyring = rings.seeds.keyring;
  tell("Trying the backup's keys under every root of today");
  const before = [];
  for (const lot of await lotsWithKeys(ledger)) before.push(await readBackedUpLot(ledger, keyring, lot));
  await recover(copy, folders, tell);
  tell('Opening the seeds of the recovered copy');
  const lots: LotFinding[] = [];
  for (const lot of before) lots.push(await checkLot(ledger, keyring, lot));
  const known = new Set(lots.map(({ lot }) => lot));
  const report = {
    backupTakenAt: manifest.takenAt,
    lots,
    newerLots: (await livingLots(running.ledger)).filter(lot => !known.has(lot)),
    livingOpened: lots.reduce((sum, { opened }) => sum + opened, 0),
    shreddedSince: lots.reduce((sum, { shreddedSince }) => sum + shreddedSince, 0),
    passed: lots.every(({ living, opened, stillOpen }) => living === opened && stillOpen === 0),
  };
  await recordDrill(running.ledger, report);
  return report;
}

async function openRunning(life: Lifetime, folders: Folders) {
  const url = databaseUrl(await reachPostgres(life, folders.postgres), DATABASE);
  const pool = createPool({ url, applicationName: 'seedlot drill', max: 2 });
  life.onEnd('connections', () => pool.end());
  const doorbell = { knock: async () => {} };
  const ledger = new Ledger({ database: createDatabase(pool), doorbell, onLostKnock: () => {} });
  const rings = await openRings({ url: () => url }, folders, 'seedlot_shredder');
  life.onEnd('rings', () => rings.close());
  return { ledger, rings };
}

async function recover(
  { ledger, rings }: RestoredCopy,
  folders: Folders,
  tell: (line: string) => void,
): Promise<void> {
  const objects = new ReadOnlyObjects(await FolderObjectStore.open(folders.objects));
  await recoverInstallation({ ledger, rings, objects, tell });
}

async function recordDrill(ledger: Ledger, report: DrillReport): Promise<void> {
  const { backupTakenAt, lots, livingOpened, shreddedSince, passed } = report;
  await ledger.commit(serviceActor('recovery'), effect =>
    effect.record('drill.held', { backupTakenAt, lots: lots.length, livingOpened, shreddedSince, passed }),
  );
}
