import { refuseSlotInside } from '@seedlot/erasable';
import { restoreBackup } from './backup/restore-backup.ts';
import { runCommand } from './backup/run-command.ts';

runCommand({
  name: 'restore',
  needsFolder: true,
  run: async (_, { data, rootSlots, folder: from = '' }, tell) => {
    await refuseSlotInside(data, rootSlots);
    return { data, ...(await restoreBackup({ from, data, tell })) };
  },
  print: ({ data, takenAt }) => [
    `Restored the backup of ${takenAt} to ${data}`,
    'Before the system starts, run: seedlot recover',
  ],
});
