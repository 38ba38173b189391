import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, runProgram } from './run-program.ts';

/** A keyring of its own for gpg, in a folder with a short name: its agent listens on a socket in there. */
export class GpgHome implements AsyncDisposable {
  readonly #program: string;
  readonly #folder: string;

  private constructor(program: string, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  static async create(program: string): Promise<GpgHome> {
    return new GpgHome(program, await mkdtemp(join(tmpdir(), 'gpg-')));
  }

  /** Whatever its exit code; the lines that start with [GNUPG:] are in `stderr`. */
  run(args: readonly string[], input?: string | Uint8Array): Promise<Outcome> {
    const options = ['--homedir', this.#folder, '--batch', '--no-tty', '--yes', '--status-fd', '2'];
    return runProgram(this.#program, [...options, '--passphrase', '', ...args], input);
  }

  /** Its output. Throws with what gpg said unless it succeeded. */
  async must(args: readonly string[], input?: string | Uint8Array): Promise<Buffer> {
    const { code, stdout, stderr } = await this.run(args, input);
    if (code !== 0) throw new Error(`gpg ${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout;
  }

  /** Makes a key for `userId` by `--quick-generate-key ARGS` and returns its fingerprint. */
  async makeKey(userId: string, args: readonly string[], options: readonly string[] = []): Promise<string> {
    await this.must([...options, '--quick-generate-key', userId, ...args]);
    const [fingerprint = ''] = await this.fingerprints(userId);
    return fingerprint;
  }

  /** The same with a subkey for each of `subkeys`, by `--quick-add-key FINGERPRINT SUBKEY`. */
  async makeKeyWith(
    subkeys: readonly (readonly string[])[],
    userId: string,
    args: readonly string[],
    options: readonly string[] = [],
  ): Promise<string> {
    const fingerprint = await this.makeKey(userId, args, options);
    for (const subkey of subkeys) await this.must([...options, '--quick-add-key', fingerprint, ...subkey]);
    return fingerprint;
  }

  /** Of the key and of its subkeys, in their order. */
  async fingerprints(key: string): Promise<string[]> {
    const listing = (await this.must(['--with-colons', '--list-keys', key])).toString();
    return [...listing.matchAll(/^fpr:+([0-9A-F]{40}):/gm)].map(([, fingerprint = '']) => fingerprint);
  }

  async publicKey(key: string): Promise<string> {
    return (await this.must(['--armor', '--export', key])).toString();
  }

  /** Answers the questions of a command that has no other form, one line each. */
  dialogue(args: readonly string[], answers: readonly string[]): Promise<Buffer> {
    return this.must(['--command-fd', '0', ...args], `${answers.join('\n')}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await runProgram('gpgconf', ['--homedir', this.#folder, '--kill', 'all']);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
