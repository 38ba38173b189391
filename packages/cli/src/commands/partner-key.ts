import type { Command } from 'commander';
import { pathOf } from '../client/path-of.ts';
import { keyReplaced, partnerView } from '../client/views.ts';
import { CliError } from '../errors.ts';
import { example } from '../help-text.ts';
import { moment } from '../output/figures.ts';
import type { Field } from '../output/table.ts';
import type { Terminal } from '../terminal.ts';
import { addYes, type ConfirmationOptions, confirm } from './confirmation.ts';
import { fingerprintOf } from './key-fingerprint.ts';
import { invocationOf } from './noun.ts';
import { readPublicKey } from './public-key-file.ts';

export interface Partner {
  readonly noun: 'factory' | 'customer';
  readonly collection: 'factories' | 'customers';
  readonly sample: string;
}

/** The verb `key`: pins another key; the old one stays on the record. */
export function addKey(command: Command, terminal: Terminal, { noun, collection, sample }: Partner): void {
  addYes(command.command('key'))
    .description(`Replace the key of a ${noun}. Files that are made from now on open with the new one alone.`)
    .argument(`<${noun}>`)
    .argument('<file>', 'its new OpenPGP public key, armored; - for stdin')
    .addHelpText('after', example(`$ seedlot ${noun} key ${sample} ${sample}-new.asc`))
    .action(async (name: string, file: string, options: ConfirmationOptions, self: Command) => {
      const call = invocationOf(terminal, self);
      const publicKey = await readPublicKey(terminal, file);
      const client = await call.client();
      const before = await client.get(pathOf(collection, name), partnerView);
      const fingerprint = fingerprintOf(publicKey);
      if (fingerprint === null) throw new CliError('usage', `${file} holds no public key of version 4`);
      const what = `The key of ${noun} ${name} is replaced.\nOld  ${before.fingerprint}\nNew  ${fingerprint}`;
      await confirm(call, options, { what, word: 'yes' });
      const done = await client.post(pathOf(collection, name, 'key'), { publicKey }, keyReplaced);
      await call.say(`The key of ${noun} ${name} is ${done.fingerprint} now; it replaces ${done.replaces}`);
      if (call.json) await call.printJson(done);
    });
}

interface Pinned {
  readonly keys: readonly { fingerprint: string; pinnedAt: string; replacedAt: string | null }[];
}

/** The keys before the pinned one, each with the time in which it was. */
export const formerKeys: Field<Pinned> = {
  title: 'Former keys',
  of: ({ keys }) =>
    keys
      .flatMap(({ fingerprint, pinnedAt, replacedAt }) =>
        replacedAt === null ? [] : [`${fingerprint} (${moment(pinnedAt)} to ${moment(replacedAt)})`],
      )
      .join(', '),
};
