import type { Command } from 'commander';
import { pathOf } from '../client/path-of.ts';
import { lotView } from '../client/views.ts';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { followLot } from './follow-lot.ts';
import { addDownload } from './lot-download.ts';
import { lotColumns, lotFacts } from './lot-facts.ts';
import { addReceipt } from './lot-receipt.ts';
import { addReport } from './lot-report.ts';
import { addVerdicts } from './lot-verdict.ts';
import { invocationOf } from './noun.ts';
import { addList, type Listed } from './verbs.ts';

const lot: Listed<typeof lotView> = {
  noun: 'lot',
  collection: 'lots',
  plural: 'lots',
  shape: lotView,
  sample: 'lot-000001',
  columns: lotColumns,
  facts: lotFacts,
};

export function define(command: Command, terminal: Terminal): void {
  command.addHelpText('after', example('$ seedlot lot show lot-000001 --watch'));
  addList(command, terminal, lot);
  addShow(command, terminal);
  addDownload(command, terminal);
  addReceipt(command, terminal);
  addReport(command, terminal);
  addVerdicts(command, terminal);
}

function addShow(command: Command, terminal: Terminal): void {
  command
    .command('show')
    .description('Show one lot.')
    .argument('<lot>')
    .option('--watch', 'follow it until its factory file is there')
    .addHelpText('after', example('$ seedlot lot show lot-000001 --watch'))
    .action(async (id: string, { watch }: { watch?: boolean }, self: Command) => {
      const call = invocationOf(terminal, self);
      const client = await call.client();
      const path = pathOf('lots', id);
      await call.printItem(await (watch ? followLot(call, client, id) : client.get(path, lotView)), lotFacts);
    });
}
