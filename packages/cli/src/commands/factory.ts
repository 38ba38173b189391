import { type Command, Option } from 'commander';
import { factoryView } from '../client/views.ts';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { invocationOf } from './noun.ts';
import { addPartner, addVerb, keyFacts, type PartnerOptions } from './partner.ts';
import { addKey, formerKeys } from './partner-key.ts';
import { addList, addShow, type Listed } from './verbs.ts';

const facts: Listed<typeof factoryView>['facts'] = [
  { title: 'Factory', of: one => one.factory },
  { title: 'Seeds in', of: one => one.seedEncoding },
  ...keyFacts,
];

const factory: Listed<typeof factoryView> = {
  noun: 'factory',
  collection: 'factories',
  plural: 'factories',
  shape: factoryView,
  sample: 'acme',
  columns: facts,
  facts: [...facts, formerKeys],
};

export function define(command: Command, terminal: Terminal): void {
  command.addHelpText('after', example('$ seedlot factory add acme --key acme.asc'));
  addAdd(command, terminal);
  addKey(command, terminal, { noun: 'factory', collection: 'factories', sample: factory.sample });
  addList(command, terminal, factory);
  addShow(command, terminal, factory);
}

interface AddOptions extends PartnerOptions {
  readonly seedEncoding: string;
}

function addAdd(command: Command, terminal: Terminal): void {
  const encoding = new Option('--seed-encoding <encoding>', 'how its files write seeds');
  addVerb(command, factory.noun, factory.sample)
    .addOption(encoding.choices(['hex', 'base32']).default('hex'))
    .action(async (name: string, options: AddOptions, self: Command) => {
      await addPartner(invocationOf(terminal, self), options, {
        noun: factory.noun,
        name,
        path: 'v1/factories',
        body: { factory: name, seedEncoding: options.seedEncoding },
      });
    });
}
