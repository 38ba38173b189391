import type { Command } from 'commander';
import { pathOf } from '../client/path-of.ts';
import { receiptAccepted } from '../client/views.ts';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { invocationOf } from './noun.ts';
import { addReceiptOptions, digestOf, type ReceiptOptions } from './receipt.ts';

export function addReceipt(command: Command, terminal: Terminal): void {
  const verb = command
    .command('receipt')
    .description('Prove that the factory file could be decrypted, by the SHA-256 of the decrypted file.')
    .argument('<lot>');
  addReceiptOptions(verb)
    .addHelpText(
      'after',
      example('$ gpg --decrypt lot-000001.csv.pgp | seedlot lot receipt lot-000001 --file -'),
    )
    .action(async (lot: string, options: ReceiptOptions, self: Command) => {
      const call = invocationOf(terminal, self);
      const sha256 = await digestOf(terminal, options);
      const client = await call.client();
      const answer = await client.post(pathOf('lots', lot, 'receipt'), { sha256 }, receiptAccepted);
      await call.say(`The receipt for ${answer.file} of ${answer.lot} is ${answer.verdict}`);
      if (call.json) await call.printJson(answer);
    });
}
