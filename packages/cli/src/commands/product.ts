import type { productSchema } from '@seedlot/domain';
import { type Command, Option } from 'commander';
import type { z } from 'zod';
import { type ProductView, productAdded, productView } from '../client/views.ts';
import { CliError } from '../errors.ts';
import { example } from '../help-text.ts';
import { moment } from '../output/figures.ts';
import type { Terminal } from '../terminal.ts';
import { invocationOf } from './noun.ts';
import { percent, wholeNumber } from './numbers.ts';
import { addList, addShow, type Listed } from './verbs.ts';

const columns: Listed<typeof productView>['columns'] = [
  { title: 'Product', of: one => one.product },
  { title: 'Manufacturer', of: one => one.manufacturer },
  { title: 'Model', of: one => one.model },
  { title: 'Codes', of: codes },
  { title: 'Seed', of: one => `${one.seedLength} bytes` },
  { title: 'Serials', of: serials },
];

const product: Listed<typeof productView> = {
  noun: 'product',
  collection: 'products',
  plural: 'products',
  shape: productView,
  sample: 'ex-totp-1',
  columns,
  facts: [
    ...columns,
    { title: 'Scrap limit', of: one => `${one.scrapLimitPercent}% of a lot` },
    { title: 'Programmable', of: one => (one.programmable ? 'yes' : 'no') },
    { title: 'Added', of: one => moment(one.addedAt) },
  ],
};

/** `TOTP SHA1, 6 digits, 30 s` */
function codes({ oath }: ProductView): string {
  const step = oath.period === undefined ? '' : `, ${oath.period} s`;
  return `${oath.type.toUpperCase()} ${oath.hash.toUpperCase()}, ${oath.digits} digits${step}`;
}

/** `99` and eleven digits: `99###########` */
function serials({ serial }: ProductView): string {
  return `${serial.prefix}${'#'.repeat(Math.min(64, Math.max(0, serial.width)))}`;
}

export function define(command: Command, terminal: Terminal): void {
  command.addHelpText('after', example('$ seedlot product list'));
  addAdd(command, terminal);
  addList(command, terminal, product);
  addShow(command, terminal, product);
}

interface AddOptions {
  readonly manufacturer: string;
  readonly model: string;
  readonly type: 'totp' | 'hotp';
  readonly hash: 'sha1' | 'sha256' | 'sha512';
  readonly digits: number;
  readonly period?: number;
  readonly seedLength: number;
  readonly serialPrefix: string;
  readonly serialWidth: number;
  readonly programmable?: boolean;
  readonly scrapLimit: number;
}

function addAdd(command: Command, terminal: Terminal): void {
  command
    .command('add')
    .description('Add a token model.')
    .argument('<product>', 'its name: lower-case letters, digits and inner hyphens')
    .requiredOption('--manufacturer <text>', 'who makes it')
    .requiredOption('--model <text>', 'what its maker calls it')
    .addOption(new Option('--type <type>', 'kind of codes').choices(['totp', 'hotp']).default('totp'))
    .addOption(new Option('--hash <hash>', 'hash').choices(['sha1', 'sha256', 'sha512']).default('sha1'))
    .option('--digits <n>', 'digits of a code, 6 or 8', wholeNumber, 6)
    .option('--period <seconds>', 'one time step, TOTP only (default: 30)', wholeNumber)
    .option('--seed-length <bytes>', 'bytes of a seed, 16 to 64', wholeNumber, 20)
    .option('--serial-prefix <text>', 'what every serial begins with', '')
    .requiredOption('--serial-width <n>', 'digits after the prefix', wholeNumber)
    .option('--scrap-limit <percent>', 'the most scrap of a lot that ops may accept', percent, 5)
    .option('--programmable', 'seeds can be burned in again')
    .addHelpText(
      'after',
      example(
        '$ seedlot product add ex-totp-1 --manufacturer Example --model EX-TOTP-1 \\',
        '    --type totp --hash sha1 --digits 6 --period 30 --seed-length 20 \\',
        '    --serial-prefix 99 --serial-width 11',
      ),
    )
    .action(async (name: string, options: AddOptions, self: Command) => {
      const call = invocationOf(terminal, self);
      const added = await (await call.client()).post('v1/products', requestOf(name, options), productAdded);
      await call.printItem(added, [{ title: 'Product', of: one => one.product }]);
    });
}

/** The server judges it: what is typed here may break any of its rules. */
type Unjudged = Omit<z.input<typeof productSchema>, 'oath'> & { oath: object };

function requestOf(name: string, options: AddOptions): Unjudged {
  return {
    product: name,
    manufacturer: options.manufacturer,
    model: options.model,
    oath: oathOf(options),
    seedLength: options.seedLength,
    serial: { prefix: options.serialPrefix, width: options.serialWidth },
    programmable: options.programmable === true,
    scrapLimitPercent: options.scrapLimit,
  };
}

function oathOf({ type, hash, digits, period }: AddOptions): object {
  if (type === 'totp') return { type, hash, digits, period: period ?? 30 };
  if (period !== undefined) throw new CliError('usage', 'HOTP tokens have no --period');
  return { type, hash, digits };
}
