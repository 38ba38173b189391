import { open } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from '../errors.ts';
import { unreadable } from '../local-files.ts';
import type { Meter } from '../progress/meter.ts';
import type { Terminal } from '../terminal.ts';

const CHUNK = 64 * 1024;

/**
 * A local file as the body of a request: read anew for each try, with its progress told. Each chunk is memory of its
 * own, since the connection may hold it after the next one was read. Throws `file_unreadable`, `usage` for what is no
 * file.
 */
export async function uploadOf(
  terminal: Pick<Terminal, 'folder'>,
  meter: Meter,
  file: string,
): Promise<AsyncIterable<Uint8Array>> {
  const target = path.resolve(terminal.folder, file);
  await sizeOf(target, file);
  return {
    async *[Symbol.asyncIterator]() {
      const total = await sizeOf(target, file);
      let done = 0;
      for await (const chunk of chunksOf(target, file)) {
        yield chunk;
        done += chunk.length;
        await meter.update({ label: path.basename(file), done, total });
      }
    },
  };
}

async function sizeOf(target: string, file: string): Promise<number> {
  try {
    await using handle = await open(target);
    const found = await handle.stat();
    if (found.isFile()) return found.size;
  } catch (cause) {
    throw unreadable(file, cause);
  }
  throw new CliError('usage', `${file} is no file`, { advice: 'Write what it holds to a file first' });
}

async function* chunksOf(target: string, file: string): AsyncGenerator<Uint8Array> {
  try {
    await using handle = await open(target);
    for (;;) {
      const { bytesRead, buffer } = await handle.read({ buffer: Buffer.allocUnsafeSlow(CHUNK) });
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (cause) {
    throw unreadable(file, cause);
  }
}
