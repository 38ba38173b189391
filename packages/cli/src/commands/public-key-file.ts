import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';
import { readSmallFile } from './small-file.ts';

/** Bytes; the greatest keys of real life have a few hundred thousand. */
const LIMIT = 1024 * 1024;

/**
 * The armored public key in a file. Refuses what holds a secret key before any of it leaves this machine; all other
 * judgement of keys is the server's. Throws `key_is_secret`, `file_unreadable`, `usage`.
 */
export function readPublicKey(terminal: Terminal, file: string): Promise<string> {
  return readSmallFile(terminal, { file, limit: LIMIT, kind: 'key' }, bytes => {
    if (bytes.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----')) return bytes.toString('utf8');
    throw new CliError('usage', `${file} holds no armored public key`, {
      advice: 'Make one with: gpg --armor --export FINGERPRINT',
    });
  });
}
