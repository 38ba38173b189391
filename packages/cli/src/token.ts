import { open } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from './errors.ts';
import { unreadable } from './local-files.ts';
import type { Terminal } from './terminal.ts';

const LIMIT = 512;

/**
 * The caller's token: from the file named on the command line, SEEDLOT_TOKEN, the file named by SEEDLOT_TOKEN_FILE, or
 * `seedlot/token` in the folder of the person's configuration. Never from argv, which every process may read. Throws
 * `token_absent`, `token_malformed`, `token_file_unsafe`, `file_unreadable`.
 */
export async function findToken(terminal: Terminal, named: string | undefined): Promise<string> {
  const { SEEDLOT_TOKEN: fromEnvironment, SEEDLOT_TOKEN_FILE: namedFile } = terminal.env;
  if (named !== undefined) return readToken(path.resolve(terminal.folder, named));
  if (fromEnvironment) return checked(fromEnvironment, 'SEEDLOT_TOKEN');
  if (namedFile) return readToken(path.resolve(terminal.folder, namedFile));
  return readDefault(defaultTokenFile(terminal));
}

export function defaultTokenFile({ env, home }: Terminal): string {
  return path.join(env.XDG_CONFIG_HOME || path.join(home, '.config'), 'seedlot', 'token');
}

async function readDefault(file: string): Promise<string> {
  try {
    return await readToken(file);
  } catch (fault) {
    if (!(fault instanceof CliError) || fault.code !== 'file_unreadable') throw fault;
    throw new CliError('token_absent', 'There is no token', {
      advice: `Keep it in ${file} (mode 600), name another file with --token-file, or set SEEDLOT_TOKEN`,
      cause: fault,
    });
  }
}

async function readToken(file: string): Promise<string> {
  const handle = await open(file).catch(cause => {
    throw unreadable(file, cause);
  });
  await using _ = handle;
  const { mode } = await handle.stat();
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new CliError('token_file_unsafe', `Others on this machine may read the token file ${file}`, {
      advice: `Keep it to yourself: chmod 600 '${file}'`,
    });
  }
  const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(LIMIT + 1) });
  return checked(buffer.toString('latin1', 0, bytesRead), `the token file ${file}`);
}

function checked(text: string, source: string): string {
  const token = text.trim();
  if (token.length <= LIMIT && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new CliError('token_malformed', `What ${source} holds is no token: ${token.length} characters`, {
    advice: 'A token is one word, as it was printed when it was made',
  });
}
