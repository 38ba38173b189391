import type { Command } from 'commander';
import { downloadLot } from '../download/download-lot.ts';
import { CliError } from '../errors.ts';
import { example } from '../help-text.ts';
import type { Invocation } from '../invocation.ts';
import { bytes } from '../output/figures.ts';
import { Meter } from '../progress/meter.ts';
import type { Terminal } from '../terminal.ts';
import { invocationOf } from './noun.ts';

interface DownloadOptions {
  readonly out?: string;
  readonly force?: boolean;
}

export function addDownload(command: Command, terminal: Terminal): void {
  command
    .command('download')
    .description('Download the factory file of a lot, as its factory. A broken download is gone on with.')
    .argument('<lot>')
    .option('--out <file>', 'where to; - for stdout (default: <lot>.csv.pgp)')
    .option('--force', 'replace an existing file')
    .addHelpText('after', example('$ seedlot lot download lot-000001 --out lot-000001.csv.pgp'))
    .action(async (lot: string, options: DownloadOptions, self: Command) => {
      await download(invocationOf(terminal, self), lot, options);
    });
}

async function download(call: Invocation, lot: string, options: DownloadOptions): Promise<void> {
  const { out = defaultName(lot), force = false } = options;
  assertBinaryWelcome(call, out, force);
  const client = await call.client();
  const meter = new Meter(call.terminal, { say: bytes, name: '' });
  const downloaded = await downloadLot(client, call.terminal, meter, { lot, out, force }).finally(() =>
    meter.clear(),
  );
  await call.say(`Downloaded ${bytes(downloaded.size)}, SHA-256 ${downloaded.sha256} as the server says`);
  if (out === '-') return;
  await (call.json ? call.printJson(downloaded) : call.printText(downloaded.path));
}

/** The name comes from the command line alone: a server must not choose where on this machine it writes. */
function defaultName(lot: string): string {
  if (/^[\w-]+$/.test(lot)) return `${lot}.csv.pgp`;
  throw new CliError('usage', `"${lot}" is no lot`);
}

function assertBinaryWelcome({ terminal, json }: Invocation, out: string, force: boolean): void {
  if (out !== '-') return;
  if (json) throw new CliError('usage', 'With --out - stdout is the file; it cannot be JSON, too');
  if (terminal.stdout.columns === null || force) return;
  throw new CliError('usage', 'An encrypted file would garble this terminal', {
    advice: 'Redirect stdout, name a file, or insist with --force',
  });
}
