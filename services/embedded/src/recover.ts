import { createDatabase, createPool, databaseUrl } from '@seedlot/database';
import { Ledger } from '@seedlot/ledger';
import { FolderObjectStore } from '@seedlot/object-store';
import { runCommand } from './backup/run-command.ts';
import { DATABASE, openDatabases } from './databases.ts';
import { openInstallation } from './folders.ts';
import { startPostgres } from './postgres.ts';
import { recoverInstallation } from './recover/recover-installation.ts';
import { openRings } from './rings.ts';

runCommand({
  name: 'recover',
  needsFolder: false,
  run: async (life, places, tell) => {
    const folders = await openInstallation(places);
    const postgres = await startPostgres({ folder: folders.postgres });
    life.onEnd('postgres', () => postgres.stop());
    const url = databaseUrl(postgres, DATABASE);
    await openDatabases(postgres);
    const pool = createPool({ url, applicationName: 'seedlot recover', statementTimeout: 0 });
    life.onEnd('connections', () => pool.end());
    const doorbell = { knock: async () => {} };
    const ledger = new Ledger({ database: createDatabase(pool), doorbell, onLostKnock: () => {} });
    const rings = await openRings({ url: () => url }, folders, 'seedlot_shredder');
    life.onEnd('rings', () => rings.close());
    const objects = await FolderObjectStore.open(folders.objects);
    return recoverInstallation({ ledger, rings, objects, tell });
  },
  print: ({ seedsRoot, filesRoot, recordsAdopted, lotsLost, filesDropped }) => [
    `Seeds ring at root ${seedsRoot.to} (the database was at ${seedsRoot.from}), files ring at root ${filesRoot.to} (${filesRoot.from})`,
    `Records taken in from the log: ${recordsAdopted}`,
    `Stored files whose keys are gone: ${filesDropped}`,
    `Lots lost with the database: ${lotsLost.length === 0 ? 'none' : lotsLost.join(', ')}`,
    'The system may start now: seedlot up',
  ],
});
