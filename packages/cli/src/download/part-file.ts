import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, open, rename, stat, unlink } from 'node:fs/promises';
import { CliError } from '../errors.ts';
import { systemCode, unwritable } from '../local-files.ts';
import type { Sink } from './sink.ts';

/** What file systems without hard links answer. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** A file that becomes visible under its name only when it is complete; until then it is `<name>.part`. */
export class PartFile implements Sink {
  readonly target: string;
  readonly #handle: FileHandle;
  #hash = createHash('sha256');
  #size = 0;

  private constructor(target: string, handle: FileHandle) {
    this.target = target;
    this.#handle = handle;
  }

  /** Opens the part that an earlier run left, or a new one. Throws `file_unwritable`. */
  static async open(target: string): Promise<PartFile> {
    const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
    const handle = await open(`${target}.part`, flags).catch(cause => {
      throw unwritable(`${target}.part`, cause);
    });
    const part = new PartFile(target, handle);
    await part.#readLeftover();
    return part;
  }

  get size(): number {
    return this.#size;
  }

  async write(chunk: Uint8Array): Promise<void> {
    try {
      let written = 0;
      while (written < chunk.length) {
        const at = this.#size + written;
        written += (await this.#handle.write(chunk, written, chunk.length - written, at)).bytesWritten;
      }
    } catch (cause) {
      throw unwritable(`${this.target}.part`, cause);
    }
    this.#hash.update(chunk);
    this.#size += chunk.length;
  }

  async restart(): Promise<void> {
    await this.#handle.truncate(0).catch(cause => {
      throw unwritable(`${this.target}.part`, cause);
    });
    this.#hash = createHash('sha256');
    this.#size = 0;
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Gives the file its name; an existing file is replaced only by `force`. Throws `file_exists`, `file_unwritable`. */
  async complete(force: boolean): Promise<void> {
    try {
      await this.#handle.sync();
      await (force ? rename(`${this.target}.part`, this.target) : this.#nameUnlessTaken());
    } catch (cause) {
      throw cause instanceof CliError ? cause : unwritable(this.target, cause);
    }
  }

  async discard(): Promise<void> {
    await unlink(`${this.target}.part`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#handle.close();
  }

  /** A link, unlike a rename, never replaces a file that appeared in the meantime. */
  async #nameUnlessTaken(): Promise<void> {
    const part = `${this.target}.part`;
    try {
      await link(part, this.target);
      await unlink(part);
    } catch (cause) {
      if (!NO_LINKS.has(systemCode(cause)))
        throw systemCode(cause) === 'EEXIST' ? taken(this.target, cause) : cause;
      await assertNameable(this.target, false);
      await rename(part, this.target);
    }
  }

  async #readLeftover(): Promise<void> {
    const buffer = Buffer.alloc(256 * 1024);
    for (;;) {
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.#size);
      if (bytesRead === 0) return;
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.#size += bytesRead;
    }
  }
}

/** Throws `file_exists` where `force` is missing to replace a file, `file_unwritable` where a folder has the name. */
export async function assertNameable(target: string, force: boolean): Promise<void> {
  const found = await stat(target).catch(() => null);
  if (found?.isDirectory()) throw new CliError('file_unwritable', `${target} is a folder`);
  if (found !== null && !force) throw taken(target);
}

function taken(path: string, cause?: unknown): CliError {
  return new CliError('file_exists', `${path} exists`, {
    advice: 'Name another file with --out, or replace it with --force',
    cause,
  });
}
