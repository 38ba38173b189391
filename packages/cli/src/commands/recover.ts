import type { Command } from 'commander';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { addPlaces, runOnData } from './data-folder.ts';

const PROGRAM = new URL('../../../../services/embedded/src/recover.ts', import.meta.url);

/** `ended` is told the exit code of the recovery. */
export function define(command: Command, terminal: Terminal, ended: (code: number) => void): void {
  addPlaces(command)
    .addHelpText(
      'after',
      '\nAfter a restore, while the system is stopped: what was shredded since stays\nshredded, and no serial is given twice.',
    )
    .addHelpText('after', example('$ seedlot recover --data /srv/seedlot'))
    .action(async (_: unknown, self: Command) => {
      ended(await runOnData(PROGRAM, terminal, self));
    });
}
