import { access } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';
import { readSmallFile } from './small-file.ts';

/** Where gpg and others put the detached signature of a file. */
const ENDINGS = ['.asc', '.sig', '.gpg'] as const;

/** Bytes. A signature has some hundreds; it travels in a header, for which servers have little room. */
const LIMIT = 8 * 1024;

/**
 * The detached signature of a file in base64: of the file that is named, else of the one beside it. Whether it is good
 * is the server's to say. Throws `signature_absent`, `file_unreadable`, `key_is_secret`, `usage`.
 */
export async function readSignature(
  terminal: Terminal,
  file: string,
  named: string | undefined,
): Promise<string> {
  const found = named ?? (await besideOf(terminal, file));
  return readSmallFile(terminal, { file: found, limit: LIMIT, kind: 'signature' }, bytes => {
    if (bytes.length > 0) return bytes.toString('base64');
    throw new CliError('usage', `${found} is empty`, { advice: adviceFor(file) });
  });
}

async function besideOf(terminal: Terminal, file: string): Promise<string> {
  for (const ending of ENDINGS) {
    const beside = `${file}${ending}`;
    const there = await access(path.resolve(terminal.folder, beside)).then(
      () => true,
      () => false,
    );
    if (there) return beside;
  }
  throw new CliError('signature_absent', `There is no signature of ${file} beside it`, {
    advice: adviceFor(file),
  });
}

function adviceFor(file: string): string {
  return `Make one with: gpg --armor --detach-sign ${file}; or name it with --signature`;
}
