import { randomFillSync } from 'node:crypto';
import { encryptSessionKey } from 'openpgp';
import { CfbWithDigest } from './integrity-protected-data.ts';
import { strict } from './key-policy.ts';
import type { CheckedKey } from './recipient-key.ts';

/** A message's encryption under a session key of its own, and the packet that carries that key to the recipient. */
export interface Envelope {
  /** A public-key encrypted session key, version 3 (RFC 9580 §5.1). */
  readonly packet: Uint8Array;
  readonly encryption: CfbWithDigest;
}

/**
 * Draws the session key and wipes it before anything is written. Given the key and its algorithm, openpgp.js does not
 * go by what the recipient's key advertises; the copies that it makes on the way are left to the garbage collector.
 */
export async function sealEnvelope({ key, encryption }: CheckedKey, date: Date): Promise<Envelope> {
  const sessionKey = randomFillSync(Buffer.allocUnsafeSlow(32));
  try {
    const packet = await encryptSessionKey({
      data: sessionKey,
      algorithm: 'aes256',
      encryptionKeys: key,
      encryptionKeyIDs: encryption.getKeyID(),
      date,
      format: 'binary',
      config: strict,
    });
    return { packet, encryption: new CfbWithDigest(sessionKey) };
  } finally {
    sessionKey.fill(0);
  }
}
