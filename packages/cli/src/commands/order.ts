import type { Command } from 'commander';
import { pathOf } from '../client/path-of.ts';
import { type OrderView, orderOfLot, orderView } from '../client/views.ts';
import { example } from '../help-text.ts';
import { count, moment } from '../output/figures.ts';
import type { Terminal } from '../terminal.ts';
import { invocationOf } from './noun.ts';
import { addPlace } from './order-place.ts';
import { addList, addShow, type Listed } from './verbs.ts';

const order: Listed<typeof orderView> = {
  noun: 'order',
  collection: 'orders',
  plural: 'orders',
  shape: orderView,
  sample: 'order-000001',
  columns: [
    { title: 'Order', of: one => one.order },
    { title: 'Lot', of: one => one.lot },
    { title: 'State', of: one => one.state },
    { title: 'Product', of: one => one.product },
    { title: 'Quantity', of: one => count(one.quantity), right: true },
    { title: 'Factory', of: one => one.factory },
    { title: 'Customer', of: one => one.customer ?? '-' },
  ],
  facts: [
    { title: 'Order', of: one => one.order },
    { title: 'Lot', of: one => one.lot },
    { title: 'State', of: one => one.state },
    { title: 'Product', of: one => one.product },
    { title: 'Quantity', of: one => count(one.quantity) },
    { title: 'Serials', of: one => `${one.firstSerial} to ${one.lastSerial}` },
    { title: 'Factory', of: one => one.factory },
    { title: 'Customer', of: one => one.customer ?? 'none' },
    { title: 'Retention', of: retention },
    { title: 'Production', of: one => (one.nonProduction ? 'no: for tests' : 'yes') },
    { title: 'Placed', of: one => `${moment(one.placedAt)} by ${one.placedBy}` },
  ],
};

function retention({ retention: { terms, daysAfterReceipt, capDays } }: OrderView): string {
  if (terms === 'none') return 'none: nothing is kept';
  if (terms === 'stock') return capDays ? `${capDays} days in stock` : 'in stock without a cap';
  return `${daysAfterReceipt} days after the receipt, at most ${capDays} after the first export`;
}

export function define(command: Command, terminal: Terminal): void {
  command.addHelpText(
    'after',
    example('$ seedlot order place --product ex-totp-1 --quantity 10000 --factory acme'),
  );
  addPlace(command, terminal);
  addList(command, terminal, order);
  addShow(command, terminal, order);
  addCancel(command, terminal);
}

function addCancel(command: Command, terminal: Terminal): void {
  command
    .command('cancel')
    .description(
      'Cancel an order whose factory file nobody has downloaded. What was made for it is shredded.',
    )
    .argument('<order>')
    .addHelpText('after', example('$ seedlot order cancel order-000001'))
    .action(async (id: string, _options: object, self: Command) => {
      const call = invocationOf(terminal, self);
      const answer = await (await call.client()).post(pathOf('orders', id, 'cancel'), {}, orderOfLot);
      await call.say(`${answer.order} is cancelled; what was made of ${answer.lot} is being shredded`);
      if (call.json) await call.printJson(answer);
    });
}
