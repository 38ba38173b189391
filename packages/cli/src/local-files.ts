import { open } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from './errors.ts';
import type { Terminal } from './terminal.ts';

/** What people say to the codes of the system; others are shown as they are. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'access is denied',
  EPERM: 'access is denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  ELOOP: 'it is a symbolic link',
  EEXIST: 'it exists',
};

export function unreadable(path: string, cause: unknown): CliError {
  return new CliError('file_unreadable', `${path} cannot be read: ${reasonOf(cause)}`, { cause });
}

export function unwritable(path: string, cause: unknown): CliError {
  return new CliError('file_unwritable', `${path} cannot be written: ${reasonOf(cause)}`, { cause });
}

function reasonOf(cause: unknown): string {
  const code = systemCode(cause);
  return REASONS[code] ?? code;
}

export function isDiskFull(cause: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(systemCode(cause));
}

/** `ENOENT` and its like; empty where the fault is none of the system's. */
export function systemCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

const CHUNK = 256 * 1024;

/** The bytes of a file, or of stdin for `-`. A chunk is valid until the next one. Throws `file_unreadable`. */
export async function* bytesOf(terminal: Terminal, file: string): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK);
  try {
    if (file === '-') return yield* terminal.stdin;
    await using handle = await open(path.resolve(terminal.folder, file));
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (cause) {
    throw unreadable(file, cause);
  } finally {
    buffer.fill(0); // the file may hold seeds
  }
}
