import type { Command } from 'commander';
import type { Client } from '../client/client.ts';
import { type VendorKeyView, vendorKeys } from '../client/views.ts';
import { CliError } from '../errors.ts';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { invocationOf } from './noun.ts';

export function define(command: Command, terminal: Terminal): void {
  command.addHelpText('after', example('$ seedlot vendor-key show | gpg --import'));
  addList(command, terminal);
  addShow(command, terminal);
}

function addList(command: Command, terminal: Terminal): void {
  command
    .command('list')
    .description('List the keys that have signed factory files, the newest first.')
    .addHelpText('after', example('$ seedlot vendor-key list'))
    .action(async (_options: object, self: Command) => {
      const call = invocationOf(terminal, self);
      const keys = await keysOf(await call.client());
      await call.printItems(
        keys,
        [{ title: 'Key', of: one => one.fingerprint }],
        'There are no vendor keys yet',
      );
    });
}

function addShow(command: Command, terminal: Terminal): void {
  command
    .command('show')
    .description('Print a public key of the vendor, armored: the newest, or the one named.')
    .argument('[fingerprint]', '40 hex digits, spaces allowed')
    .addHelpText('after', example('$ seedlot vendor-key show | gpg --import'))
    .action(async (fingerprint: string | undefined, _options: object, self: Command) => {
      const call = invocationOf(terminal, self);
      const key = chosen(await keysOf(await call.client()), fingerprint);
      await (call.json ? call.printJson(key) : call.printText(key.publicKey.trimEnd()));
    });
}

async function keysOf(client: Client): Promise<VendorKeyView[]> {
  return (await client.get('v1/vendor-keys', vendorKeys)).items;
}

function chosen(keys: readonly VendorKeyView[], fingerprint: string | undefined): VendorKeyView {
  const wanted = fingerprint?.replaceAll(' ', '').toUpperCase();
  const key = keys.find(one => wanted === undefined || one.fingerprint.toUpperCase() === wanted);
  if (key !== undefined) return key;
  throw new CliError(
    'vendor_key_absent',
    wanted === undefined ? 'There is no vendor key yet' : 'There is no such vendor key',
    {
      advice: 'The first one is made with the first factory file; see: seedlot vendor-key list',
    },
  );
}
