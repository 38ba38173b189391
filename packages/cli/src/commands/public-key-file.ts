import { CliError } from '../errors.ts';
import { bytesOf } from '../local-files.ts';
import type { Terminal } from '../terminal.ts';

/** Bytes; the greatest keys of real life have a few hundred thousand. */
const LIMIT = 1024 * 1024;

/**
 * The armored public key in a file. Refuses what holds a secret key before any of it leaves this machine; all other
 * judgement of keys is the server's. Throws `key_is_secret`, `file_unreadable`, `usage`.
 */
export async function readPublicKey(terminal: Terminal, file: string): Promise<string> {
  const buffer = Buffer.allocUnsafeSlow(LIMIT);
  try {
    let size = 0;
    for await (const chunk of bytesOf(terminal, file)) {
      if (size + chunk.length > LIMIT)
        throw new CliError('usage', `${file} is longer than any key: over 1 MB`);
      buffer.set(chunk, size);
      size += chunk.length;
    }
    return publicKeyIn(buffer.subarray(0, size), file);
  } finally {
    buffer.fill(0);
  }
}

function publicKeyIn(bytes: Buffer, file: string): string {
  if (bytes.includes('-----BEGIN PGP PRIVATE KEY BLOCK-----')) {
    throw new CliError('key_is_secret', `${file} holds a secret key; it was not sent`, {
      advice: 'Send the public one: gpg --armor --export FINGERPRINT',
    });
  }
  if (bytes.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----')) return bytes.toString('utf8');
  throw new CliError('usage', `${file} holds no armored public key`, {
    advice: 'Make one with: gpg --armor --export FINGERPRINT',
  });
}
