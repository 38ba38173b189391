import type { FileHandle } from 'node:fs/promises';

/** Bytes of one write: each is a trip to another thread, and the chunks of a source are small. */
const BATCH = 256 * 1024;

/** Writes chunks of any size to a file in larger ones, while the source makes the next. Nothing of it needs to be closed. */
export class DraftWriter {
  readonly #file: FileHandle;
  #batch = Buffer.allocUnsafeSlow(BATCH);
  #spare = Buffer.allocUnsafeSlow(BATCH);
  #filled = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Takes a copy of `chunk`. Throws what a write before it met. */
  async write(chunk: Uint8Array): Promise<void> {
    for (let taken = 0; taken < chunk.length; ) {
      const part = chunk.subarray(taken, taken + BATCH - this.#filled);
      this.#batch.set(part, this.#filled);
      this.#filled += part.length;
      taken += part.length;
      if (this.#filled === BATCH) await this.#flush();
    }
  }

  /** Returns when everything is written. */
  async end(): Promise<void> {
    await this.#flush();
    await this.#writing;
  }

  async #flush(): Promise<void> {
    await this.#writing;
    this.#writing = writeAll(this.#file, this.#batch.subarray(0, this.#filled));
    this.#writing.catch(leaveToNextWrite);
    [this.#batch, this.#spare, this.#filled] = [this.#spare, this.#batch, 0];
  }
}

/** A write that fails is told where it is awaited; a source that fails meanwhile is told instead. */
function leaveToNextWrite(): void {}

/** A nearly full disk takes a part of a batch before it refuses. */
async function writeAll(file: FileHandle, batch: Uint8Array): Promise<void> {
  for (let offset = 0; offset < batch.length; ) {
    const { bytesWritten } = await file.write(batch, offset, batch.length - offset);
    offset += bytesWritten;
  }
}
