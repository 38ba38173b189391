import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from './errors.ts';
import { PROJECT } from './project.ts';
import type { Terminal } from './terminal.ts';

const DEFAULT = 'http://127.0.0.1:7333';

/**
 * Where the API is: as the command line or SEEDLOT_SERVER says, else where the embedded system of this installation
 * says that it listens, else its usual port. Throws `server_address_invalid`.
 */
export async function findServer(terminal: Terminal, named: string | undefined): Promise<URL> {
  if (named !== undefined) return checked(named, '--server');
  if (terminal.env.SEEDLOT_SERVER) return checked(terminal.env.SEEDLOT_SERVER, 'SEEDLOT_SERVER');
  const file = path.join(dataFolder(terminal), 'address');
  const address = await readFile(file, 'utf8').catch(() => '');
  return checked(address.trim() || DEFAULT, file);
}

/** The data folder of the embedded system: SEEDLOT_DATA, or `.seedlot` of this installation. */
export function dataFolder({ env, folder }: Terminal): string {
  return env.SEEDLOT_DATA ? path.resolve(folder, env.SEEDLOT_DATA) : path.join(PROJECT, '.seedlot');
}

function checked(text: string, source: string): URL {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '') {
    throw new CliError('server_address_invalid', `${source} holds no address of a server`, {
      advice: `An address looks like ${DEFAULT}`,
    });
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new CliError('server_address_invalid', `A token would travel in clear to ${url.host}`, {
      advice: `Use https, or a tunnel that ends on this machine`,
    });
  }
  return url;
}

/** The names that can mean no other machine: RFC 6761 section 6.3, RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
