import { ROLES } from '@seedlot/domain';
import { type Command, Option } from 'commander';
import { type StaffView, staffAdded, staffView } from '../client/views.ts';
import { example } from '../help-text.ts';
import { moment } from '../output/figures.ts';
import type { Field } from '../output/table.ts';
import type { Terminal } from '../terminal.ts';
import { handToken } from './handed-token.ts';
import { invocationOf } from './noun.ts';
import { addList, addShow, type Listed } from './verbs.ts';

const facts: readonly Field<StaffView>[] = [
  { title: 'Staff', of: one => one.staff },
  { title: 'Name', of: one => one.name },
  { title: 'Role', of: one => one.role },
  { title: 'Added', of: one => moment(one.addedAt) },
];

const staff: Listed<typeof staffView> = {
  noun: 'staff',
  collection: 'staff',
  plural: 'members of staff',
  shape: staffView,
  sample: 'staff-000002',
  columns: facts,
  facts,
};

export function define(command: Command, terminal: Terminal): void {
  command.addHelpText('after', example('$ seedlot staff add alice --role ops'));
  addAdd(command, terminal);
  addList(command, terminal, staff);
  addShow(command, terminal, staff);
}

interface AddOptions {
  readonly role: string;
  readonly saveToken?: string;
}

function addAdd(command: Command, terminal: Terminal): void {
  command
    .command('add')
    .description('Add a member of staff and print the token, once.')
    .argument('<name>', 'how people call them')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).makeOptionMandatory())
    .option('--save-token <file>', 'write the token to a new file (mode 600), not to stdout')
    .addHelpText('after', example('$ seedlot staff add alice --role ops --save-token alice.token'))
    .action(async (name: string, { role, saveToken }: AddOptions, self: Command) => {
      const call = invocationOf(terminal, self);
      const client = await call.client();
      await handToken(call, {
        saveToken,
        add: () => client.post('v1/staff', { name, role }, staffAdded),
        holder: added => `${added.staff} (${name}, ${role})`,
      });
    });
}
