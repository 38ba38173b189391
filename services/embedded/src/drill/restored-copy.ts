import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, createPool, databaseUrl } from '@seedlot/database';
import { Keyring } from '@seedlot/erasable';
import { Ledger, PostgresKeyringStore } from '@seedlot/ledger';
import type { Lifetime } from '@seedlot/service-kit';
import type { Manifest } from '../backup/manifest.ts';
import { restoreBackup } from '../backup/restore-backup.ts';
import { DATABASE, openDatabases } from '../databases.ts';
import { startPostgres } from '../postgres.ts';
import type { Rings } from '../rings.ts';
import { ReadOnlySlot } from './read-only.ts';

/** A backup that runs beside the system it was taken of. */
export interface RestoredCopy {
  readonly manifest: Manifest;
  readonly ledger: Ledger;
  /** The copy's rows under the running system's slots, of which nothing can be destroyed here. */
  readonly rings: Rings;
}

/** Restores a backup into a temporary folder, which goes at the end, with a PostgreSQL of its own. */
export async function restoreCopy(
  life: Lifetime,
  { from, slots, tell }: { from: string; slots: Rings; tell: (line: string) => void },
): Promise<RestoredCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'seedlot-drill-'));
  life.onEnd('restored copy', () => rm(folder, { recursive: true, force: true }));
  const manifest = await restoreBackup({ from, data: join(folder, 'data'), tell });
  const postgres = await startPostgres({ folder: join(folder, 'data', 'postgres') });
  life.onEnd("the copy's postgres", () => postgres.stop());
  await openDatabases(postgres);
  const url = databaseUrl(postgres, DATABASE);
  const pool = createPool({ url, applicationName: 'seedlot drill', statementTimeout: 0 });
  life.onEnd("the copy's connections", () => pool.end());
  const doorbell = { knock: async () => {} };
  const ledger = new Ledger({ database: createDatabase(pool), doorbell, onLostKnock: () => {} });
  const ring = (name: 'seeds' | 'files') => ({
    keyring: new Keyring(name, new ReadOnlySlot(slots[name].keyring.slot)),
    store: new PostgresKeyringStore(ledger, name),
  });
  return { manifest, ledger, rings: { seeds: ring('seeds'), files: ring('files') } };
}
