import type { Command } from 'commander';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { addPlaces, runOnData } from './data-folder.ts';

const PROGRAM = new URL('../../../../services/embedded/src/drill.ts', import.meta.url);

/** `ended` is told the exit code of the drill. */
export function define(command: Command, terminal: Terminal, ended: (code: number) => void): void {
  addPlaces(command)
    .argument('<dir>', 'a backup, best one taken before a shred')
    .addHelpText(
      'after',
      '\nRestores it beside the running system, shows that living seeds open and\nshredded ones do not, and puts that on record.',
    )
    .addHelpText('after', example('$ seedlot drill /mnt/backups/2026-11-24 --data /srv/seedlot'))
    .action(async (folder: string, _: unknown, self: Command) => {
      ended(await runOnData(PROGRAM, terminal, self, folder));
    });
}
