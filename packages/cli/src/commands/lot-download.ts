import type { Command } from 'commander';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { addDownloadOptions, type DownloadOptions, download } from './download.ts';
import { invocationOf } from './noun.ts';

export function addDownload(command: Command, terminal: Terminal): void {
  const verb = command
    .command('download')
    .description('Download the factory file of a lot, as its factory. A broken download is gone on with.')
    .argument('<lot>');
  addDownloadOptions(verb, '<lot>.csv.pgp')
    .addHelpText('after', example('$ seedlot lot download lot-000001 --out lot-000001.csv.pgp'))
    .action(async (id: string, options: DownloadOptions, self: Command) => {
      const source = { noun: 'lot', id, collection: 'lots', ending: async () => 'csv' } as const;
      await download(invocationOf(terminal, self), source, options);
    });
}
