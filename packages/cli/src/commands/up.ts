import path from 'node:path';
import type { Command } from 'commander';
import { example } from '../help-text.ts';
import type { Terminal } from '../terminal.ts';
import { startEntry } from './start.ts';

interface UpOptions {
  readonly data?: string;
  readonly rootSlots?: string;
  readonly port?: string;
  readonly redis?: string;
}

/** `ended` is told the exit code of the system. */
export function define(command: Command, terminal: Terminal, ended: (code: number) => void): void {
  command
    .option('--data <dir>', 'where its data is (default: SEEDLOT_DATA, else .seedlot in the project)')
    .option('--root-slots <dir>', 'where its root keys are, outside of the data and of every backup')
    .option('--port <n>', 'where it listens on this machine')
    .option('--redis <url>', 'its queue on this Redis (default: SEEDLOT_REDIS_URL, else on its PostgreSQL)')
    .addHelpText('after', example('$ seedlot up --data /srv/seedlot --port 7333'))
    .action(async ({ data, rootSlots, port, redis }: UpOptions) => {
      const folder = data ?? (terminal.env.SEEDLOT_DATA || undefined);
      const args = [
        ...(folder === undefined ? [] : ['--data', path.resolve(terminal.folder, folder)]),
        ...(rootSlots === undefined ? [] : ['--root-slots', path.resolve(terminal.folder, rootSlots)]),
        ...(port === undefined ? [] : ['--port', port]),
        ...(redis === undefined ? [] : ['--redis', redis]),
      ];
      ended(await startEntry(new URL('../../../../services/embedded/src/main.ts', import.meta.url), args));
    });
}
