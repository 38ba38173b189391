import type { Command } from 'commander';
import type { z } from 'zod';
import { pathOf } from '../client/path-of.ts';
import { example } from '../help-text.ts';
import type { Field } from '../output/table.ts';
import type { Terminal } from '../terminal.ts';
import { invocationOf } from './noun.ts';
import { atLeastOne } from './numbers.ts';

/** A kind of thing that can be listed and shown. */
export interface Listed<Shape extends z.ZodType> {
  readonly noun: string;
  /** Its collection in the API, `lots`. */
  readonly collection: string;
  /** How people call several of them. */
  readonly plural: string;
  readonly shape: Shape;
  /** An id or name, for the examples. */
  readonly sample: string;
  readonly columns: readonly Field<z.output<Shape>>[];
  readonly facts: readonly Field<z.output<Shape>>[];
}

export function addList<Shape extends z.ZodType>(
  command: Command,
  terminal: Terminal,
  { noun, collection, plural, shape, columns }: Listed<Shape>,
): void {
  command
    .command('list')
    .description(`List ${plural}. With --json: an array of them.`)
    .option('--limit <n>', 'at most so many; all by default', atLeastOne)
    .addHelpText('after', example(`$ seedlot ${noun} list --limit 20`))
    .action(async (options: { limit?: number }, self: Command) => {
      const call = invocationOf(terminal, self);
      const items = await (await call.client()).list(`v1/${collection}`, shape, options.limit);
      await call.printItems(items, columns, `There are no ${plural} yet`);
    });
}

export function addShow<Shape extends z.ZodType>(
  command: Command,
  terminal: Terminal,
  { noun, collection, shape, sample, facts }: Listed<Shape>,
): void {
  command
    .command('show')
    .description(`Show one ${noun}.`)
    .argument(`<${noun}>`)
    .addHelpText('after', example(`$ seedlot ${noun} show ${sample}`))
    .action(async (id: string, _options: object, self: Command) => {
      const call = invocationOf(terminal, self);
      await call.printItem(await (await call.client()).get(pathOf(collection, id), shape), facts);
    });
}
