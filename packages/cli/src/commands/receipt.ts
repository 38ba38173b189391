import { createHash } from 'node:crypto';
import { type Command, Option } from 'commander';
import { CliError } from '../errors.ts';
import { bytesOf } from '../local-files.ts';
import type { Terminal } from '../terminal.ts';

export interface ReceiptOptions {
  readonly sha256?: string;
  readonly file?: string;
}

export function addReceiptOptions(command: Command): Command {
  return command
    .option('--sha256 <hex>', 'as sha256sum prints it: 64 hex digits')
    .addOption(
      new Option('--file <file>', 'the decrypted file, which stays here; - for stdin').conflicts('sha256'),
    );
}

/** What a receipt says: the SHA-256 of the decrypted file, 64 hex digits. Throws `usage`, `file_unreadable`. */
export async function digestOf(terminal: Terminal, { sha256, file }: ReceiptOptions): Promise<string> {
  if (file !== undefined) return digestOfFile(terminal, file);
  const digest = sha256?.trim().toLowerCase();
  if (digest !== undefined && /^[0-9a-f]{64}$/.test(digest)) return digest;
  throw new CliError(
    'usage',
    sha256 === undefined ? 'A receipt needs a SHA-256' : 'A SHA-256 is 64 hex digits',
    {
      advice: 'Give --sha256 HEX, or --file FILE to have it computed',
    },
  );
}

/** The file holds seeds: nothing of it stays in memory, and its name is all that is ever said of it. */
async function digestOfFile(terminal: Terminal, file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of bytesOf(terminal, file)) {
    hash.update(chunk);
    chunk.fill(0);
  }
  return hash.digest('hex');
}
