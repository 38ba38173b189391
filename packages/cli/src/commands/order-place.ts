import type { orderRequestSchema } from '@seedlot/domain';
import type { Command } from 'commander';
import type { z } from 'zod';
import { orderOfLot } from '../client/views.ts';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { followLot } from './follow-lot.ts';
import { lotFacts } from './lot-facts.ts';
import { invocationOf } from './noun.ts';
import { wholeNumber } from './numbers.ts';
import { addRetentionOptions, type RetentionOptions, termsOf } from './retention-options.ts';

interface PlaceOptions extends RetentionOptions {
  readonly product: string;
  readonly quantity: number;
  readonly factory: string;
  readonly customer?: string;
  readonly firstSerial?: string;
  readonly nonProduction?: boolean;
  readonly wait?: boolean;
}

export function addPlace(command: Command, terminal: Terminal): void {
  const place = command
    .command('place')
    .description('Place a manufacturing order: reserves its serials and starts the making of its seeds.')
    .requiredOption('--product <product>', 'which token model')
    .requiredOption('--quantity <n>', 'how many tokens', wholeNumber)
    .requiredOption('--factory <factory>', 'who makes them')
    .option('--customer <customer>', 'who gets them; for stock when left out')
    .option('--first-serial <serial>', 'where the block of serials begins; the next free one when left out')
    .option('--non-production', 'for tests: these tokens are never shipped')
    .option('--wait', 'follow the lot until its factory file is there');
  addRetentionOptions(place)
    .addHelpText(
      'after',
      example(
        '$ seedlot order place --product ex-totp-1 --quantity 10000 --factory acme \\',
        '    --customer bank --days-after-receipt 30 --cap-days 90 --wait',
      ),
    )
    .action(async (options: PlaceOptions, self: Command) => {
      const call = invocationOf(terminal, self);
      const body = requestOf(options);
      const client = await call.client();
      const placed = await client.post('v1/orders', body, orderOfLot);
      if (options.wait !== true) return call.printItem(placed, placedFacts);
      await call.say(`Placed ${placed.order}, which makes ${placed.lot}`);
      await call.printItem(await followLot(call, client, placed.lot), lotFacts);
    });
}

const placedFacts = [
  { title: 'Order', of: (one: z.output<typeof orderOfLot>) => one.order },
  { title: 'Lot', of: (one: z.output<typeof orderOfLot>) => one.lot },
];

function requestOf(options: PlaceOptions): z.input<typeof orderRequestSchema> {
  const { product, quantity, factory, customer, firstSerial } = options;
  const retention = termsOf(options);
  return {
    product,
    quantity,
    factory,
    ...(customer === undefined ? {} : { customer }),
    ...(firstSerial === undefined ? {} : { firstSerial }),
    ...(retention === undefined ? {} : { retention }),
    nonProduction: options.nonProduction === true,
  };
}
