import type { Command } from 'commander';
import { deliveryNamed, deliveryReceipt, deliveryView } from '../client/delivery-views.ts';
import { pathOf } from '../client/path-of.ts';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { addCreate, addExport } from './delivery-export.ts';
import { deliveryColumns, deliveryFacts } from './delivery-facts.ts';
import { addDownloadOptions, type DownloadOptions, download } from './download.ts';
import { invocationOf } from './noun.ts';
import { addReceiptOptions, digestOf, type ReceiptOptions } from './receipt.ts';
import { addList, addShow, type Listed } from './verbs.ts';

const delivery: Listed<typeof deliveryView> = {
  noun: 'delivery',
  collection: 'deliveries',
  plural: 'deliveries',
  shape: deliveryView,
  sample: 'delivery-000001',
  columns: deliveryColumns,
  facts: deliveryFacts,
};

export function define(command: Command, terminal: Terminal): void {
  command.addHelpText('after', example('$ seedlot delivery list'));
  addCreate(command, terminal);
  addList(command, terminal, delivery);
  addShow(command, terminal, delivery);
  addDownload(command, terminal);
  addReceipt(command, terminal);
  addExport(command, terminal);
  addCancel(command, terminal);
}

function addDownload(command: Command, terminal: Terminal): void {
  const verb = command
    .command('download')
    .description('Download the file of a delivery, as its customer. A broken download is gone on with.')
    .argument('<delivery>');
  addDownloadOptions(verb, '<delivery>.<csv|pskcxml>.pgp')
    .addHelpText('after', example('$ seedlot delivery download delivery-000001'))
    .action(async (id: string, options: DownloadOptions, self: Command) => {
      const source = {
        noun: 'delivery',
        id,
        collection: 'deliveries',
        ending: async client => {
          const { file, format } = await client.get(pathOf('deliveries', id), deliveryView);
          return (file?.format ?? format) === 'pskc' ? 'pskcxml' : 'csv';
        },
      } as const satisfies Parameters<typeof download>[1];
      await download(invocationOf(terminal, self), source, options);
    });
}

function addReceipt(command: Command, terminal: Terminal): void {
  const verb = command
    .command('receipt')
    .description(
      'Prove that the file of a delivery could be decrypted, by the SHA-256 of the decrypted file.',
    )
    .argument('<delivery>');
  addReceiptOptions(verb)
    .addHelpText(
      'after',
      example(
        '$ gpg --decrypt delivery-000001.csv.pgp |',
        '    seedlot delivery receipt delivery-000001 --file -',
        '$ seedlot delivery receipt delivery-000001 --file decrypted.csv',
      ),
    )
    .action(async (id: string, options: ReceiptOptions, self: Command) => {
      const call = invocationOf(terminal, self);
      const sha256 = await digestOf(terminal, options);
      const client = await call.client();
      const answer = await client.post(pathOf('deliveries', id, 'receipt'), { sha256 }, deliveryReceipt);
      await call.say(`The receipt for ${answer.file} of ${answer.delivery} is ${answer.verdict}`);
      if (call.json) await call.printJson(answer);
    });
}

function addCancel(command: Command, terminal: Terminal): void {
  command
    .command('cancel')
    .description('Cancel a delivery that nobody has downloaded. Its serials are free again.')
    .argument('<delivery>')
    .addHelpText('after', example('$ seedlot delivery cancel delivery-000001'))
    .action(async (id: string, _options: object, self: Command) => {
      const call = invocationOf(terminal, self);
      const answer = await (await call.client()).post(pathOf('deliveries', id, 'cancel'), {}, deliveryNamed);
      await call.say(`${answer.delivery} is cancelled; its serials are free again`);
      if (call.json) await call.printJson(answer);
    });
}
