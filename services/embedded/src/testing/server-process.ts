import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

type Program = 'main.ts' | 'demo.ts' | 'backup.ts' | 'restore.ts' | 'recover.ts' | 'drill.ts';

/** One of the embedded system's programs, run as a person runs it. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown[]>;
  stdout = '';
  stderr = '';

  constructor(program: Program, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    const path = fileURLToPath(new URL(`../${program}`, import.meta.url));
    this.#child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
    this.#child.stdout?.on('data', chunk => {
      this.stdout += chunk;
    });
    this.#child.stderr?.on('data', chunk => {
      this.stderr += chunk;
    });
    this.#closed = once(this.#child, 'close');
  }

  /** Resolves with the first URL that it prints; rejects when it ends without one. */
  async url(): Promise<string> {
    for (;;) {
      const [, url] = /(http:\/\/\S+)\n/.exec(this.stdout) ?? [];
      if (url !== undefined) return url;
      const ended = await Promise.race([
        this.#closed,
        once(this.#child.stdout ?? this.#child, 'data').then(() => null),
      ]);
      if (ended !== null && !this.stdout.includes('http')) throw new Error(`it ended: ${this.stderr}`);
    }
  }

  /** Resolves with its exit code once it has ended, null after a signal. */
  async end(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal !== undefined) this.#child.kill(signal);
    await this.#closed;
    return this.#child.exitCode;
  }
}
