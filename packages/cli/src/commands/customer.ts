import type { Command } from 'commander';
import { customerView } from '../client/views.ts';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { invocationOf } from './noun.ts';
import { addPartner, addVerb, keyFacts, type PartnerOptions } from './partner.ts';
import { addKey, formerKeys } from './partner-key.ts';
import { addList, addShow, type Listed } from './verbs.ts';

const facts: Listed<typeof customerView>['facts'] = [
  { title: 'Customer', of: one => one.customer },
  ...keyFacts,
];

const customer: Listed<typeof customerView> = {
  noun: 'customer',
  collection: 'customers',
  plural: 'customers',
  shape: customerView,
  sample: 'bank',
  columns: facts,
  facts: [...facts, formerKeys],
};

export function define(command: Command, terminal: Terminal): void {
  command.addHelpText('after', example('$ seedlot customer add bank --key bank.asc'));
  addAdd(command, terminal);
  addKey(command, terminal, { noun: 'customer', collection: 'customers', sample: customer.sample });
  addList(command, terminal, customer);
  addShow(command, terminal, customer);
}

function addAdd(command: Command, terminal: Terminal): void {
  addVerb(command, customer.noun, customer.sample).action(
    async (name: string, options: PartnerOptions, self: Command) => {
      await addPartner(invocationOf(terminal, self), options, {
        noun: customer.noun,
        name,
        path: 'v1/customers',
        body: { customer: name },
      });
    },
  );
}
