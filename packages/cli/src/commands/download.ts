import type { Command } from 'commander';
import type { Client } from '../client/client.ts';
import { pathOf } from '../client/path-of.ts';
import { downloadFile } from '../download/download-file.ts';
import { CliError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { bytes } from '../output/figures.ts';
import { Meter } from '../progress/meter.ts';

export interface DownloadOptions {
  readonly out?: string;
  readonly force?: boolean;
}

/** Whose file is fetched. */
export interface DownloadSource {
  /** The kind of its owner, as the JSON names it. */
  readonly noun: 'lot' | 'delivery';
  readonly id: string;
  readonly collection: 'lots' | 'deliveries';
  /** Between the id and `.pgp`, in the default name. */
  readonly ending: (client: Client) => Promise<string>;
}

export function addDownloadOptions(command: Command, name: string): Command {
  return command
    .option('--out <file>', `where to; - for stdout (default: ${name})`)
    .option('--force', 'replace an existing file');
}

/** Fetches a file to where the options say, and tells where that is. */
export async function download(
  call: Invocation,
  { noun, id, collection, ending }: DownloadSource,
  { out: named, force = false }: DownloadOptions,
): Promise<void> {
  assertName(noun, id);
  assertBinaryWelcome(call, named, force);
  const client = await call.client();
  const out = named ?? `${id}.${await ending(client)}.pgp`;
  const meter = new Meter(call.terminal, { say: bytes, name: '' });
  const request = { from: pathOf(collection, id, 'file'), label: id, out, force };
  const downloaded = await downloadFile(client, call.terminal, meter, request).finally(() => meter.clear());
  await call.say(`Downloaded ${bytes(downloaded.size)}, SHA-256 ${downloaded.sha256} as the server says`);
  if (out === '-') return;
  await (call.json ? call.printJson({ [noun]: id, ...downloaded }) : call.printText(downloaded.path));
}

/** The name comes from the command line alone: a server must not choose where on this machine it writes. */
function assertName(noun: string, id: string): void {
  if (!/^[\w-]+$/.test(id)) throw new CliError('usage', `"${id}" is no ${noun}`);
}

function assertBinaryWelcome({ terminal, json }: Invocation, out: string | undefined, force: boolean): void {
  if (out !== '-') return;
  if (json) throw new CliError('usage', 'With --out - stdout is the file; it cannot be JSON, too');
  if (terminal.stdout.columns === null || force) return;
  throw new CliError('usage', 'An encrypted file would garble this terminal', {
    advice: 'Redirect stdout, name a file, or insist with --force',
  });
}
