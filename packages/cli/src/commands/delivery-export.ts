import { EXPORT_FORMATS } from '@seedlot/domain';
import { type Command, Option } from 'commander';
import type { Client } from '../client/client.ts';
import { deliveryMade, deliveryNamed, deliveryView } from '../client/delivery-views.ts';
import { pathOf } from '../client/path-of.ts';
import { uploadOf } from '../client/upload-file.ts';
import { CliError } from '../errors.ts';
import { example } from '../help-text.ts';
import type { Invocation } from '../invocation.ts';
import { bytes, count } from '../output/figures.ts';
import { Meter } from '../progress/meter.ts';
import type { Terminal } from '../terminal.ts';
import { deliveryFacts } from './delivery-facts.ts';
import { followExport } from './follow-export.ts';
import { invocationOf } from './noun.ts';
import { SERIALS_HELP, type SerialRange, serialRanges } from './serial-ranges.ts';

interface ExportOptions {
  readonly format?: string;
  readonly wait: boolean;
}

interface CreateOptions extends ExportOptions {
  readonly customer: string;
  readonly serials?: readonly SerialRange[];
  readonly list?: string;
}

export function addCreate(command: Command, terminal: Terminal): void {
  addExportOptions(
    command
      .command('create')
      .description('Assign serials to a customer and have them exported for its login system.')
      .requiredOption('--customer <customer>', 'who gets them')
      .option('--serials <ranges>', SERIALS_HELP, serialRanges)
      .addOption(
        new Option('--list <file>', 'a CSV of serials, serial or first,last a line').conflicts('serials'),
      ),
  )
    .addHelpText(
      'after',
      example(
        '$ seedlot delivery create --customer bank \\',
        '    --serials 9900000000001..9900000000050',
        '$ seedlot delivery create --customer bank --list serials.csv --format pskc',
      ),
    )
    .action(async (options: CreateOptions, self: Command) => {
      const call = invocationOf(terminal, self);
      assertSerials(options);
      const client = await call.client();
      const made = await create(call, client, options);
      if (!options.wait) return call.printItem(made, madeFacts);
      await call.say(`${made.delivery} has ${count(made.quantity)} serials`);
      await call.printItem(await followExport(call, client, made.delivery, null), deliveryFacts);
    });
}

export function addExport(command: Command, terminal: Terminal): void {
  addExportOptions(
    command
      .command('export')
      .description('Have a delivery exported anew. The file before it can be downloaded no more.')
      .argument('<delivery>')
      .requiredOption('--again', 'for a lost file, a replaced key or another format'),
  )
    .addHelpText('after', example('$ seedlot delivery export delivery-000001 --again --format hex-csv'))
    .action(async (id: string, { format, wait }: ExportOptions, self: Command) => {
      const call = invocationOf(terminal, self);
      const client = await call.client();
      const before = await client.get(pathOf('deliveries', id), deliveryView);
      const body = format === undefined ? {} : { format };
      const asked = await client.post(pathOf('deliveries', id, 'exports'), body, deliveryNamed);
      if (!wait) {
        await call.say(`Another file of ${asked.delivery} is being made`);
        return call.json ? call.printJson(asked) : undefined;
      }
      await call.printItem(await followExport(call, client, id, before.file?.file ?? null), deliveryFacts);
    });
}

function addExportOptions(command: Command): Command {
  const format = new Option('--format <format>', 'what its login system imports').choices(EXPORT_FORMATS);
  return command.addOption(format).option('--no-wait', 'do not wait until the file may be downloaded');
}

function assertSerials({ serials, list }: CreateOptions): void {
  if (serials !== undefined || list !== undefined) return;
  throw new CliError('usage', 'A delivery needs serials', { advice: 'Give --serials RANGES or --list FILE' });
}

async function create(call: Invocation, client: Client, options: CreateOptions) {
  const { customer, format, serials, list } = options;
  const named = { customer, ...(format === undefined ? {} : { format }) };
  if (list === undefined) return client.post('v1/deliveries', { ...named, serials }, deliveryMade);
  const meter = new Meter(call.terminal, { say: bytes, name: '' });
  const body = await uploadOf(call.terminal, meter, list);
  const path = `v1/deliveries?${new URLSearchParams(named)}`;
  const headers = { 'content-type': 'text/csv' };
  return client.upload(path, { headers, body }, deliveryMade).finally(() => meter.clear());
}

const madeFacts = [
  { title: 'Delivery', of: (one: { delivery: string }) => one.delivery },
  { title: 'Quantity', of: (one: { quantity: number }) => count(one.quantity) },
];
