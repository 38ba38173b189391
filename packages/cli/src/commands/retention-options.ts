import type { RetentionTerms } from '@seedlot/domain';
import { type Command, Option } from 'commander';
import { CliError } from '../errors.ts';
import { wholeNumber, wholeNumberOrNone } from './numbers.ts';

export interface RetentionOptions {
  readonly daysAfterReceipt?: number;
  readonly capDays?: number;
  readonly stockCapDays?: number | null;
  readonly keepNothing?: boolean;
}

/** The options that say how long the seeds of an order may stay openable: one of three ways, or none of them. */
export function addRetentionOptions(command: Command): Command {
  const keep = ['stockCapDays', 'keepNothing'];
  return command
    .addOption(
      new Option('--days-after-receipt <n>', 'keep seeds so long after a receipt')
        .argParser(wholeNumber)
        .conflicts(keep),
    )
    .addOption(
      new Option('--cap-days <n>', 'and at most so long after a first export')
        .argParser(wholeNumber)
        .conflicts(keep),
    )
    .addOption(
      new Option('--stock-cap-days <n|none>', 'without a customer: keep seeds at most so long')
        .argParser(wholeNumberOrNone)
        .conflicts('keepNothing'),
    )
    .option('--keep-nothing', 'shred seeds as soon as the customer has them');
}

/** The terms that the options name; undefined leaves them to the server. */
export function termsOf(options: RetentionOptions): RetentionTerms | undefined {
  const { daysAfterReceipt, capDays, stockCapDays } = options;
  if (options.keepNothing) return { terms: 'none' };
  if (stockCapDays !== undefined) return { terms: 'stock', capDays: stockCapDays };
  if (daysAfterReceipt === undefined && capDays === undefined) return undefined;
  if (daysAfterReceipt === undefined || capDays === undefined) {
    throw new CliError('usage', '--days-after-receipt and --cap-days go together');
  }
  return { terms: 'keep', daysAfterReceipt, capDays };
}
