import type { Command } from 'commander';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { addPlaces, runOnData } from './data-folder.ts';

const PROGRAM = new URL('../../../../services/embedded/src/restore.ts', import.meta.url);

/** `ended` is told the exit code of the restore. */
export function define(command: Command, terminal: Terminal, ended: (code: number) => void): void {
  addPlaces(command)
    .argument('<dir>', 'the backup')
    .addHelpText(
      'after',
      '\nOverwrites no database: move the old one away first. Objects that are still\nthere stay. Afterwards: seedlot recover',
    )
    .addHelpText('after', example('$ seedlot restore /mnt/backups/2026-11-24 --data /srv/seedlot'))
    .action(async (folder: string, _: unknown, self: Command) => {
      ended(await runOnData(PROGRAM, terminal, self, folder));
    });
}
