import type { Command } from 'commander';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { addPlaces, runOnData } from './data-folder.ts';

const STATUS = new URL('../../../../services/embedded/src/root-status.ts', import.meta.url);
const MOVE = new URL('../../../../services/embedded/src/root-move.ts', import.meta.url);

/** `ended` is told the exit code of what a verb runs. */
export function define(command: Command, terminal: Terminal, ended: (code: number) => void): void {
  command.addHelpText('after', example('$ seedlot root status'));
  addPlaces(command.command('status'))
    .description('Show where the root keys of each ring are, and which. Works while the system runs.')
    .addHelpText('after', example('$ seedlot root status'))
    .action(async (_: unknown, self: Command) => {
      ended(await runOnData(STATUS, terminal, self));
    });
  addPlaces(command.command('move'))
    .description('Move a ring to another root slot, while the system is stopped. Opens no seed.')
    .requiredOption('--ring <ring>', 'seeds or files')
    .requiredOption('--to <address>', 'file:///folder, a pkcs11: URI, or several with spaces between them')
    .addHelpText('after', '\nThe old roots are destroyed. If it is interrupted, run it again as before.')
    .addHelpText('after', example('$ seedlot root move --ring seeds --to file:///srv/roots/seeds'))
    .action(async ({ ring, to }: { ring: string; to: string }, self: Command) => {
      ended(await runOnData(MOVE, terminal, self, undefined, ['--ring', ring, '--to', to]));
    });
}
