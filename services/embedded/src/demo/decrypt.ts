import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decrypt, readKey, readMessage, readPrivateKey } from 'openpgp';
import { withGpg } from './gpg.ts';

/** What a recipient has on its disk. */
export interface RecipientDisk {
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

/** Opens a file with gpg, as its recipient does; where gpg is absent with openpgp.js. */
export async function openMessage(disk: RecipientDisk): Promise<OpenedMessage> {
  const opened = (await openWithGpg(disk)) ?? (await openWithOpenPgpJs(disk));
  return { ...opened, sha256: createHash('sha256').update(opened.plaintext).digest('hex') };
}

type Opened = Omit<OpenedMessage, 'sha256'>;

function openWithGpg(disk: RecipientDisk): Promise<Opened | null> {
  return withGpg([disk.secretKey, disk.vendorKey], async gpg => {
    const { stdout, status } = await gpg('--trust-model', 'always', '--decrypt', disk.message);
    const signer = /^\[GNUPG:\] VALIDSIG ([0-9A-F]{40})/m.exec(status)?.[1] ?? null;
    return { plaintext: stdout, signer, program: 'gpg' };
  });
}

async function openWithOpenPgpJs(disk: RecipientDisk): Promise<Opened> {
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
