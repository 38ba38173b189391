import { CliError } from '../errors.ts';
import { bytesOf } from '../local-files.ts';
import { bytes } from '../output/figures.ts';
import type { Terminal } from '../terminal.ts';

export interface SmallFile {
  readonly file: string;
  /** Bytes that no file of its kind has. */
  readonly limit: number;
  /** The kind: `key`, `signature`. */
  readonly kind: string;
}

/**
 * Reads a public file whole. What holds a secret key is refused before any of it leaves this machine, and wiped. Throws
 * `key_is_secret`, `file_unreadable`, `usage`.
 */
export async function readSmallFile<Read>(
  terminal: Terminal,
  { file, limit, kind }: SmallFile,
  read: (bytes: Buffer) => Read,
): Promise<Read> {
  const buffer = Buffer.allocUnsafeSlow(limit);
  try {
    let size = 0;
    for await (const chunk of bytesOf(terminal, file)) {
      if (size + chunk.length > limit)
        throw new CliError('usage', `${file} is longer than any ${kind}: over ${bytes(limit)}`);
      buffer.set(chunk, size);
      size += chunk.length;
    }
    return read(withoutSecretKey(buffer.subarray(0, size), file));
  } finally {
    buffer.fill(0);
  }
}

function withoutSecretKey(bytes: Buffer, file: string): Buffer {
  if (!bytes.includes('-----BEGIN PGP PRIVATE KEY BLOCK-----')) return bytes;
  throw new CliError('key_is_secret', `${file} holds a secret key; it was not sent`, {
    advice: 'Send the public one: gpg --armor --export FINGERPRINT',
  });
}
