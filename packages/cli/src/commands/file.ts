import type { Command } from 'commander';
import { pathOf } from '../client/path-of.ts';
import { fileUnlocked } from '../client/views.ts';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { invocationOf } from './noun.ts';

export function define(command: Command, terminal: Terminal): void {
  command.addHelpText('after', example('$ seedlot file unlock file-000001'));
  command
    .command('unlock')
    .description('Let receipts in again for a file that too many wrong ones have locked.')
    .argument('<file>')
    .addHelpText('after', example('$ seedlot file unlock file-000001'))
    .action(async (id: string, _options: object, self: Command) => {
      const call = invocationOf(terminal, self);
      const answer = await (await call.client()).post(pathOf('files', id, 'unlock'), {}, fileUnlocked);
      await call.say(`${answer.file} takes receipts again`);
      if (call.json) await call.printJson(answer);
    });
}
