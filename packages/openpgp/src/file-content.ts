import { createHash, type Hash } from 'node:crypto';
import { OpenPgpError } from './errors.ts';

/** The running SHA-256 and length of a file's content while it is written. */
export class FileContent {
  readonly #hash = createHash('sha256');
  #length = 0;
  #digest: Buffer | undefined;

  add(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#length += chunk.length;
  }

  /** Ends the content. Returns the hash, which a signature hashes on. */
  end(): Hash {
    this.#digest = this.#hash.copy().digest();
    return this.#hash;
  }

  /** SHA-256 and bytes of the whole content. Throws message_unfinished before its end. */
  whole(): { digest: Buffer; length: number } {
    if (this.#digest === undefined) {
      throw new OpenPgpError(
        'message_unfinished',
        `The message is not finished: ${this.#length} bytes so far. Read its stream to the end first.`,
      );
    }
    return { digest: this.#digest, length: this.#length };
  }
}
