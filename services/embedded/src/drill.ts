import { runCommand } from './backup/run-command.ts';
import { holdDrill } from './drill/hold-drill.ts';
import { EmbeddedError } from './errors.ts';
import { openInstallation } from './folders.ts';

runCommand({
  name: 'drill',
  needsFolder: true,
  run: async (life, { folder: from = '', ...places }, tell) => {
    const folders = await openInstallation(places);
    const report = await holdDrill(life, { folders, from, tell });
    if (report.passed) return report;
    const faulty = report.lots.filter(lot => lot.living !== lot.opened || lot.stillOpen > 0);
    const named = faulty.map(
      ({ lot, living, opened, stillOpen }) =>
        `${lot}: ${opened} of ${living} living seeds open, ${stillOpen} shredded ones still do`,
    );
    throw new EmbeddedError('drill_failed', `the drill failed; ${named.join('; ')}`);
  },
  print: ({ backupTakenAt, lots, newerLots, livingOpened, shreddedSince }) => [
    `Backup of ${backupTakenAt}, restored and recovered beside the running system`,
    ...lots.map(
      ({ lot, living, opened, shreddedSince, stillOpen }) =>
        `  ${lot}  living ${living}, opened ${opened}; shredded since ${shreddedSince}, still open ${stillOpen}`,
    ),
    ...(newerLots.length === 0
      ? []
      : [`  not in the backup, lost if it were all there is: ${newerLots.join(', ')}`]),
    shreddedSince === 0
      ? `All ${livingOpened} living seeds open. Nothing was shredded since this backup: take an older one to try that.`
      : `All ${livingOpened} living seeds open, and none of the ${shreddedSince} that were shredded since.`,
  ],
});
