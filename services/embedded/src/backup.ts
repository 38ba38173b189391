import { runCommand } from './backup/run-command.ts';
import { takeBackup } from './backup/take-backup.ts';
import { openInstallation } from './folders.ts';

runCommand({
  name: 'backup',
  needsFolder: true,
  run: async (life, { folder: to = '', ...places }, tell) => {
    const folders = await openInstallation(places);
    return { folder: to, ...(await takeBackup(life, { folders, rootSlots: places.rootSlots, to, tell })) };
  },
  print: ({ folder, files, bytes }) => [
    `Backed up ${files} files, ${(bytes / 1e6).toFixed(1)} MB, to ${folder}`,
    'Root keys are not in it: nothing in it opens without the root slots of this installation.',
  ],
});
