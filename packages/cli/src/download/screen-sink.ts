import { createHash } from 'node:crypto';
import { CliError } from '../errors.ts';
import type { Screen } from '../terminal.ts';
import type { Sink } from './sink.ts';

/** Standard output: what it has taken is gone, so a download can go on there but never begin anew. */
export class ScreenSink implements Sink {
  readonly #screen: Screen;
  readonly #hash = createHash('sha256');
  #size = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  get size(): number {
    return this.#size;
  }

  async write(chunk: Uint8Array): Promise<void> {
    await this.#screen.write(chunk);
    this.#hash.update(chunk);
    this.#size += chunk.length;
  }

  async restart(): Promise<void> {
    throw new CliError('download_damaged', 'The file changed on the server while it was written to stdout', {
      advice: 'Throw away what was written and run the command again',
    });
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}
