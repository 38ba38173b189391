import type { Command } from 'commander';
import { type SerialView, serialsVoid, serialView } from '../client/delivery-views.ts';
import { pathOf } from '../client/path-of.ts';
import { example } from '../help-text.ts';
import { count, moment } from '../output/figures.ts';
import type { Field } from '../output/table.ts';
import type { Terminal } from '../terminal.ts';
import { addYes, type ConfirmationOptions, confirm } from './confirmation.ts';
import { invocationOf } from './noun.ts';
import { SERIALS_HELP, type SerialRange, serialCount, serialRanges } from './serial-ranges.ts';

export function define(command: Command, terminal: Terminal): void {
  command.addHelpText('after', example('$ seedlot serial show 9900000000001'));
  addShow(command, terminal);
  addVoid(command, terminal);
}

const facts: readonly Field<SerialView>[] = [
  { title: 'Serial', of: one => one.serial },
  { title: 'Product', of: one => one.product },
  { title: 'Lot', of: one => one.lot },
  { title: 'Custody', of: one => one.custody },
  { title: 'Seed', of: one => one.seed },
  {
    title: 'Result',
    of: ({ result, sampled }) => (result === null ? '' : `${result}${sampled ? ', sampled' : ''}`),
  },
  { title: 'Customer', of: one => one.customer ?? '' },
  { title: 'Delivery', of: one => one.delivery ?? '' },
  {
    title: 'Files',
    of: one => one.files.map(({ file, kind, state }) => `${file} (${kind}, ${state})`).join(', '),
  },
];

const lifeColumns: readonly Field<SerialView['life'][number]>[] = [
  { title: 'When', of: one => moment(one.at) },
  { title: 'What', of: one => one.summary, wraps: true },
  { title: 'Who', of: one => one.actor },
  { title: 'Record', of: one => (one.number === null ? '-' : String(one.number)), right: true },
];

function addShow(command: Command, terminal: Terminal): void {
  command
    .command('show')
    .description('Show a serial and its whole life, the oldest first.')
    .argument('<serial>', 'as it is printed on the token')
    .addHelpText('after', example('$ seedlot serial show 9900000000001'))
    .action(async (serial: string, _options: object, self: Command) => {
      const call = invocationOf(terminal, self);
      const found = await (await call.client()).get(pathOf('serials', serial), serialView);
      await call.printItem(found, facts);
      if (call.json) return;
      await call.printText('');
      await call.printItems(found.life, lifeColumns, 'Nothing is on record yet');
    });
}

interface VoidOptions extends ConfirmationOptions {
  readonly reason: string;
}

function addVoid(command: Command, terminal: Terminal): void {
  addYes(command.command('void'))
    .description('Take returned tokens out of use: their serials are never assigned again.')
    .argument('<serials>', SERIALS_HELP, serialRanges)
    .requiredOption('--reason <text>', 'why, for the records: no names of people')
    .addHelpText('after', example('$ seedlot serial void 9900000000001..9900000000003 --reason returned'))
    .action(async (serials: readonly SerialRange[], options: VoidOptions, self: Command) => {
      const call = invocationOf(terminal, self);
      const client = await call.client();
      const what = `${count(serialCount(serials))} serials become void; none of them is ever assigned again.`;
      await confirm(call, options, { what, word: 'yes' });
      const { reason } = options;
      const done = await client.post('v1/serials/void', { serials, reason }, serialsVoid);
      await call.say(`${count(done.quantity)} serials are void`);
      if (call.json) await call.printJson(done);
    });
}
