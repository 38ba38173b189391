import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** gpg as a vendor's script would call it: AES-256, nothing compressed, SHA-256. */
const SEALING =
  '--cipher-algo AES256 --compress-algo none --digest-algo SHA256 --trust-model always --encrypt --sign';

/** The rival, with a keyring of its own. */
export class Gpg implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<Gpg> {
    return new Gpg(await mkdtemp(join(tmpdir(), 'gpg-')));
  }

  /** Makes a key that signs, with an encryption subkey if wanted; returns its fingerprint. */
  async makeKey(name: string, kind: string, subkey?: string): Promise<string> {
    await this.#output(['--quick-generate-key', name, kind, 'sign', 'never']);
    const listing = await this.#output(['--with-colons', '--list-keys', name]);
    const fingerprint = /^fpr:+(\w+):/m.exec(listing)?.[1] ?? '';
    if (subkey) await this.#output(['--quick-add-key', fingerprint, subkey, 'encrypt', 'never']);
    return fingerprint;
  }

  publicKey(fingerprint: string): Promise<string> {
    return this.#output(['--armor', '--export', fingerprint]);
  }

  /** Signs and encrypts `file`, and drops what comes out. */
  async seal(file: string, signer: string, recipient: string): Promise<void> {
    const input = openSync(file, 'r');
    const args = [...SEALING.split(' '), '--local-user', signer, '--recipient', recipient];
    const child = spawn('gpg', this.#options(args), { stdio: [input, 'ignore', 'inherit'] });
    await ended(child);
    closeSync(input);
  }

  async importKey(publicKey: string): Promise<void> {
    const file = join(this.folder, 'imported.asc');
    await writeFile(file, publicKey);
    await this.#output(['--import', file]);
  }

  /** Opens a message with the keys of this keyring, into another file; its signature must be good. */
  async open(message: string, plaintext: string): Promise<void> {
    const aside = ['--logger-file', join(this.folder, 'gpg.log')];
    const output = ['--trust-model', 'always', '--yes', '--output', plaintext];
    await this.#output([...aside, ...output, '--decrypt', message]);
  }

  /** Signs `file`, beside it; resolves to the signature's path. */
  async sign(file: string, signer: string): Promise<string> {
    const signature = `${file}.asc`;
    const output = ['--yes', '--armor', '--output', signature];
    await this.#output([...output, '--local-user', signer, '--detach-sign', file]);
    return signature;
  }

  async #output(args: readonly string[]): Promise<string> {
    const child = spawn('gpg', this.#options(args), { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = await Promise.all([text(child.stdout), ended(child)]);
    return output;
  }

  #options(args: readonly string[]): string[] {
    return ['--homedir', this.folder, '--batch', '--quiet', '--passphrase', '', ...args];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await ended(spawn('gpgconf', ['--homedir', this.folder, '--kill', 'all']));
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${child.spawnfile} ended with ${code}`);
}
