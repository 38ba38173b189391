import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decrypt, readKey, readMessage, readPrivateKey } from 'openpgp';

/** What the factory has on its disk. */
export interface FactoryDisk {
  readonly message: string;
  readonly secretKey: string;
  readonly vendorKey: string;
}

/** A decrypted file. The caller wipes the plaintext. */
export interface OpenedMessage {
  readonly plaintext: Buffer;
  /** SHA-256 of the plaintext, 64 hex digits: the receipt. */
  readonly sha256: string;
  /** The fingerprint of the key that signed it, null when no good signature did. */
  readonly signer: string | null;
  /** What opened it. */
  readonly program: 'gpg' | 'openpgp.js (gpg is not installed)';
}

/** Opens the factory file with gpg, as a factory does; where gpg is absent with openpgp.js. */
export async function openMessage(disk: FactoryDisk): Promise<OpenedMessage> {
  const opened = (await openWithGpg(disk)) ?? (await openWithOpenPgpJs(disk));
  return { ...opened, sha256: createHash('sha256').update(opened.plaintext).digest('hex') };
}

type Opened = Omit<OpenedMessage, 'sha256'>;

/** On a keyring of its own. */
async function openWithGpg(disk: FactoryDisk): Promise<Opened | null> {
  const home = await mkdtemp(join(tmpdir(), 'gpg-'));
  try {
    await gpg(home, ['--import', disk.secretKey, disk.vendorKey]);
    const { stdout, status } = await gpg(home, ['--trust-model', 'always', '--decrypt', disk.message]);
    const signer = /^\[GNUPG:\] VALIDSIG ([0-9A-F]{40})/m.exec(status)?.[1] ?? null;
    return { plaintext: stdout, signer, program: 'gpg' };
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw cause;
  } finally {
    await run('gpgconf', ['--homedir', home, '--kill', 'all']).catch(() => {});
    await rm(home, { recursive: true, force: true });
  }
}

async function openWithOpenPgpJs(disk: FactoryDisk): Promise<Opened> {
  const text = (path: string) => readFile(path, 'utf8');
  const vendor = await readKey({ armoredKey: await text(disk.vendorKey) });
  const { data, signatures } = await decrypt({
    message: await readMessage({ binaryMessage: await readFile(disk.message) }),
    decryptionKeys: await readPrivateKey({ armoredKey: await text(disk.secretKey) }),
    verificationKeys: vendor,
    format: 'binary',
  });
  const good = await Promise.all(signatures.map(signature => signature.verified)).then(
    verified => verified.length === 1,
    () => false,
  );
  const signer = good ? vendor.getFingerprint().toUpperCase() : null;
  return { plaintext: Buffer.from(data.buffer), signer, program: 'openpgp.js (gpg is not installed)' };
}

function gpg(home: string, args: string[]): Promise<{ stdout: Buffer; status: string }> {
  return run('gpg', ['--homedir', home, '--batch', '--no-tty', '--quiet', '--status-fd', '3', ...args]);
}

async function run(program: string, args: string[]): Promise<{ stdout: Buffer; status: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const [stdout, stderr, status] = [1, 2, 3].map(fd => collect(child.stdio[fd] as AsyncIterable<Buffer>));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${(await stderr)?.toString().trim()}`);
  return { stdout: (await stdout) ?? Buffer.alloc(0), status: (await status)?.toString() ?? '' };
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(stream));
}
