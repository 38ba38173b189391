import path from 'node:path';
import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { invocationOf } from './noun.ts';
import { startEntry } from './start.ts';

interface PlaceOptions {
  readonly data?: string;
  readonly rootSlots?: string;
}

/** The options that say which installation is meant. */
export function addPlaces(command: Command): Command {
  return command
    .option('--data <dir>', 'where its data is (default: SEEDLOT_DATA, else .seedlot in the project)')
    .option('--root-slots <dir>', 'where its root keys are, outside of the data and of every backup');
}

/**
 * Runs a program of the system that works on its data folder, not through the API, until it ends; resolves to its exit
 * code. `folder` is the backup's, where the program takes one; `more` is passed on as it is.
 */
export function runOnData(
  program: URL,
  terminal: Terminal,
  command: Command,
  folder?: string,
  more: readonly string[] = [],
): Promise<number> {
  const { data, rootSlots } = command.opts<PlaceOptions>();
  const place = data ?? (terminal.env.SEEDLOT_DATA || undefined);
  const args = [
    ...(folder === undefined ? [] : [path.resolve(terminal.folder, folder)]),
    ...(place === undefined ? [] : ['--data', path.resolve(terminal.folder, place)]),
    ...(rootSlots === undefined ? [] : ['--root-slots', path.resolve(terminal.folder, rootSlots)]),
    ...(invocationOf(terminal, command).json ? ['--json'] : []),
    ...more,
  ];
  return startEntry(program, args);
}
