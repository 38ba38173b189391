import { type Command, Option } from 'commander';
import type { Client } from '../client/client.ts';
import { shredRequested, shredView } from '../client/delivery-views.ts';
import { pathOf } from '../client/path-of.ts';
import { lotView } from '../client/views.ts';
import { CliError } from '../errors.ts';
import { example } from '../help-text.ts';
import { count } from '../output/figures.ts';
import type { Terminal } from '../terminal.ts';
import { addYes, type ConfirmationOptions, confirm, type Question } from './confirmation.ts';
import { followShred } from './follow-shred.ts';
import { invocationOf } from './noun.ts';
import { printRanges, SERIALS_HELP, type SerialRange, serialCount, serialRanges } from './serial-ranges.ts';
import { shredColumns, shredFacts } from './shred-facts.ts';
import { addList, addShow, type Listed } from './verbs.ts';

const shred: Listed<typeof shredView> = {
  noun: 'shred',
  collection: 'shreds',
  plural: 'shreds',
  shape: shredView,
  sample: 'shred-000001',
  columns: shredColumns,
  facts: shredFacts,
};

interface ShredOptions extends ConfirmationOptions {
  readonly lot?: string;
  readonly serials?: readonly SerialRange[];
  readonly wait: boolean;
}

export function define(command: Command, terminal: Terminal): void {
  addYes(command)
    .option('--lot <lot>', 'every seed of it that still lives')
    .addOption(new Option('--serials <ranges>', SERIALS_HELP).argParser(serialRanges).conflicts('lot'))
    .option('--no-wait', 'do not wait until it is completed')
    .addHelpText(
      'after',
      example(
        '$ seedlot shred --lot lot-000001',
        '$ seedlot shred --serials 9900000000001..9900000000003 --yes',
      ),
    )
    .action(async (options: ShredOptions, self: Command) => {
      const call = invocationOf(terminal, self);
      assertTarget(options);
      const client = await call.client();
      await confirm(call, options, await questionOf(client, options));
      const { lot, serials } = options;
      const asked = await client.post('v1/shreds', lot === undefined ? { serials } : { lot }, shredRequested);
      await call.say(`${asked.shred} takes ${count(asked.quantity)} seeds`);
      if (!options.wait) return call.json ? call.printJson(asked) : undefined;
      await call.printItem(await followShred(call, client, asked.shred), shredFacts);
    });
  addList(command, terminal, shred);
  addShow(command, terminal, shred);
}

function assertTarget({ lot, serials }: ShredOptions): void {
  if (lot !== undefined || serials !== undefined) return;
  throw new CliError('usage', 'There is nothing to shred', { advice: 'Name it with --lot or --serials' });
}

const FOR_EVER =
  'They open no more, not even with a backup, and neither does any stored file that holds one of them.\n' +
  'What the factory or a customer has decrypted stays with them. Nobody can take this back.';

async function questionOf(client: Client, { yes, lot, serials }: ShredOptions): Promise<Question> {
  if (yes === true || lot === undefined) {
    const ranges = serials ?? [];
    const number = serialCount(ranges);
    const named = printRanges(ranges.map(({ first, last }) => [first, last] as const));
    return {
      what: `The seeds of ${count(number)} serials are shredded: ${named}.\n${FOR_EVER}`,
      word: `${number}`,
    };
  }
  const found = await client.get(pathOf('lots', lot), lotView);
  const seeds = `${count(found.seeds.living ?? 0)} living seeds of ${found.lot}`;
  const which = `${found.product}, ${found.firstSerial}..${found.lastSerial}, ${found.state}`;
  return { what: `The ${seeds} are shredded (${which}).\n${FOR_EVER}`, word: lot };
}
