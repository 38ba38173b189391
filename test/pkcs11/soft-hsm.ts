import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parsePkcs11Uri, type TokenAddress } from '@seedlot/pkcs11-slot';
import { programPath } from '../setup/requirements.ts';

const run = promisify(execFile);

/** Where Debian, Fedora and Homebrew put it. */
const [MODULE = ''] = globSync('/{usr,opt/homebrew}/lib{,64}/{,*/}{softhsm,pkcs11}/libsofthsm2.so');

/** The PIN of all tokens. */
export const PIN = 'a test pin';

interface AddressOptions {
  readonly object?: string;
  readonly pin?: string;
  readonly token?: string;
}

/** A SoftHSM whose tokens lie in a temporary folder, for this process and those that it starts. */
export class SoftHsm implements AsyncDisposable {
  readonly folder: string;
  readonly pinFile: string;
  #slots = 0;

  private constructor(folder: string) {
    this.folder = folder;
    this.pinFile = join(folder, 'pin');
  }

  /** With tokens of these labels. A module looks for them once a process: before its first slot is opened. */
  static async make(...labels: readonly string[]): Promise<SoftHsm> {
    const hsm = new SoftHsm(await mkdtemp(join(tmpdir(), 'seedlot hsm ')));
    await mkdir(join(hsm.folder, 'tokens'));
    await writeFile(hsm.configuration, `directories.tokendir = ${hsm.folder}/tokens\nlog.level = ERROR\n`);
    await writeFile(hsm.pinFile, `${PIN}\n`, { mode: 0o600 });
    process.env.SOFTHSM2_CONF = hsm.configuration;
    for (const label of ['seedlot', ...labels]) await hsm.makeToken(label);
    return hsm;
  }

  get configuration(): string {
    return join(this.folder, 'softhsm2.conf');
  }

  async makeToken(label: string): Promise<void> {
    const args = ['--init-token', '--free', '--label', label, '--pin', PIN, '--so-pin', PIN];
    await run(programPath('softhsm2') ?? '', args);
  }

  /** Of a slot that nothing was ever in, or of the one that `object` names. */
  address(options: AddressOptions = {}): TokenAddress {
    return parsePkcs11Uri(this.uri(options));
  }

  uri({ object, pin = `file:${this.pinFile}`, token = 'seedlot' }: AddressOptions = {}): string {
    const query = `module-path=${MODULE}&pin-source=${encodeURI(pin)}`;
    return `pkcs11:token=${encodeURI(token)};object=${object ?? `test${++this.#slots}`}?${query}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
