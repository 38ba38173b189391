import { createDatabase, createPool, databaseUrl } from '@seedlot/database';
import { FolderObjectStore } from '@seedlot/object-store';
import { reachPostgres } from './backup/reach-postgres.ts';
import { runCommand } from './backup/run-command.ts';
import { DATABASE } from './databases.ts';
import { openInstallation } from './folders.ts';
import { reportRing, ringLines } from './root/ring-report.ts';

runCommand({
  name: 'root status',
  needsFolder: false,
  run: async (life, places) => {
    const folders = await openInstallation(places);
    const url = databaseUrl(await reachPostgres(life, folders.postgres), DATABASE);
    const pool = createPool({ url, applicationName: 'seedlot root status', max: 2 });
    life.onEnd('connections', () => pool.end());
    const reader = { sql: createDatabase(pool) };
    const objects = await FolderObjectStore.open(folders.objects);
    return [
      await reportRing(reader, 'seeds', folders.seedsSlot, objects),
      await reportRing(reader, 'files', folders.filesSlot, objects),
    ];
  },
  print: rings => rings.flatMap(ringLines),
});
