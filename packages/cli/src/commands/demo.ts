import path from 'node:path';
import type { Command } from 'commander';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { startEntry } from './start.ts';

interface DemoOptions {
  readonly quantity?: string;
  readonly out?: string;
}

/** `ended` is told the exit code of the demo. */
export function define(command: Command, terminal: Terminal, ended: (code: number) => void): void {
  command
    .option('--quantity <n>', 'how many tokens its order has (default: 10000)')
    .option('--out <dir>', 'keep what the factory got in this folder, absent or empty')
    .addHelpText('after', example('$ seedlot demo --quantity 1000 --out demo-files'))
    .action(async ({ quantity, out }: DemoOptions) => {
      const args = [
        ...(quantity === undefined ? [] : ['--quantity', quantity]),
        ...(out === undefined ? [] : ['--out', path.resolve(terminal.folder, out)]),
      ];
      ended(await startEntry(new URL('../../../../services/embedded/src/demo.ts', import.meta.url), args));
    });
}
