import type { Command } from 'commander';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { addPlaces, runOnData } from './data-folder.ts';

const PROGRAM = new URL('../../../../services/embedded/src/backup.ts', import.meta.url);

/** `ended` is told the exit code of the backup. */
export function define(command: Command, terminal: Terminal, ended: (code: number) => void): void {
  addPlaces(command)
    .argument('<dir>', 'where the backup goes: absent or empty, outside of the data')
    .addHelpText(
      'after',
      '\nWorks while the system runs. Root keys are never part of a backup.\nTo test one: sha256sum --check SHA256SUMS',
    )
    .addHelpText('after', example('$ seedlot backup /mnt/backups/2026-11-24'))
    .action(async (folder: string, _: unknown, self: Command) => {
      ended(await runOnData(PROGRAM, terminal, self, folder));
    });
}
