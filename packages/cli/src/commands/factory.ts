import { type Command, Option } from 'commander';
import { pathOf } from '../client/path-of.ts';
import { factoryChanged, factoryView } from '../client/views.ts';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { invocationOf } from './noun.ts';
import { wholeNumber } from './numbers.ts';
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
  facts: [...facts, { title: 'File days', of: one => String(one.fileDays) }, formerKeys],
};

export function define(command: Command, terminal: Terminal): void {
  command.addHelpText('after', example('$ seedlot factory add acme --key acme.asc'));
  addAdd(command, terminal);
  addTerms(command, terminal);
  addKey(command, terminal, { noun: 'factory', collection: 'factories', sample: factory.sample });
  addList(command, terminal, factory);
  addShow(command, terminal, factory);
}

interface AddOptions extends PartnerOptions {
  readonly seedEncoding: string;
  readonly fileDays: number;
}

function addAdd(command: Command, terminal: Terminal): void {
  const encoding = new Option('--seed-encoding <encoding>', 'how its files write seeds');
  addVerb(command, factory.noun, factory.sample)
    .addOption(fileDays().default(30))
    .addOption(encoding.choices(['hex', 'base32']).default('hex'))
    .action(async (name: string, options: AddOptions, self: Command) => {
      await addPartner(invocationOf(terminal, self), options, {
        noun: factory.noun,
        name,
        path: 'v1/factories',
        body: { factory: name, seedEncoding: options.seedEncoding, fileDays: options.fileDays },
      });
    });
}

function fileDays(): Option {
  return new Option('--file-days <n>', 'its files may be fetched again so long after a receipt').argParser(
    wholeNumber,
  );
}

function addTerms(command: Command, terminal: Terminal): void {
  command
    .command('terms')
    .description("Change how long a factory's files may be fetched again after its receipt.")
    .argument('<factory>')
    .addOption(fileDays().makeOptionMandatory())
    .addHelpText('after', example('$ seedlot factory terms acme --file-days 14'))
    .action(async (name: string, options: Pick<AddOptions, 'fileDays'>, self: Command) => {
      const call = invocationOf(terminal, self);
      const client = await call.client();
      const body = { fileDays: options.fileDays };
      const done = await client.post(pathOf('factories', name, 'terms'), body, factoryChanged);
      await call.say(`Files of ${done.factory} are dropped ${done.fileDays} days after their receipt`);
      if (call.json) await call.printJson(done);
    });
}
