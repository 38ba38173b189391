import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../architecture/project.ts';
import { runProgram } from '../openpgp/run-program.ts';

/** Answers every question of gpg as a person would; the commands stay as they are printed. */
const GPG_OPTIONS = ['batch', 'yes', 'no-tty', 'pinentry-mode loopback'];

/** Somebody who follows a page on a computer of their own: a home, a keyring, and `seedlot` in the PATH. */
export class Reader implements AsyncDisposable {
  /** Where the commands run. */
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #gpgHome: string;

  private constructor(folder: string, gpgHome: string) {
    this.folder = folder;
    this.#gpgHome = gpgHome;
    const { PATH = '', SEEDLOT_SERVER: _, ...env } = process.env;
    this.#env = { ...env, PATH: `${gpgHome}:${PATH}`, HOME: folder, GNUPGHOME: gpgHome, LC_ALL: 'C' };
  }

  static async create(): Promise<Reader> {
    const gpgHome = await mkdtemp(join(tmpdir(), 'gpg-'));
    await writeFile(join(gpgHome, 'passphrase'), 'five random words are better\n');
    await writeFile(
      join(gpgHome, 'gpg.conf'),
      [...GPG_OPTIONS, `passphrase-file ${gpgHome}/passphrase`, ''].join('\n'),
    );
    const seedlot = `#!/bin/sh\nexec '${process.execPath}' '${ROOT}/packages/cli/src/main.ts' "$@"\n`;
    await writeFile(join(gpgHome, 'seedlot'), seedlot, { mode: 0o755 });
    return new Reader(await mkdtemp(join(tmpdir(), 'seedlot reader ')), gpgHome);
  }

  /** Runs a block in bash; what earlier ones exported is still there. All that it said; throws with that when it fails. */
  run(block: string): Promise<string> {
    const kept = join(this.#gpgHome, 'exported');
    const script = `[ ! -e '${kept}' ] || . '${kept}'\n${block}\nexport -p > '${kept}'`;
    const options = { cwd: this.folder, env: this.#env };
    return new Promise((resolve, reject) => {
      execFile('bash', ['-euo', 'pipefail', '-c', script], options, (fault, stdout, stderr) => {
        if (fault === null) resolve(stdout + stderr);
        else reject(new Error(`${block}ended with ${fault.code}\n${stdout}${stderr}`));
      }).stdin?.end();
    });
  }

  /** The fingerprint of the key that the reader has made. */
  async fingerprint(): Promise<string> {
    const keys = await this.run('gpg --with-colons --list-secret-keys');
    return /^fpr:+([0-9A-F]{40}):/m.exec(keys)?.[1] ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await runProgram('gpgconf', ['--homedir', this.#gpgHome, '--kill', 'all']);
    for (const folder of [this.#gpgHome, this.folder]) await rm(folder, { recursive: true, force: true });
  }
}
