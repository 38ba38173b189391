import type { Hash } from 'node:crypto';
import { enums, SecretKeyPacket, type SignaturePacket } from 'openpgp';
import { signDigest } from './digest-signature.ts';
import { OpenPgpError } from './errors.ts';
import { isPair, secretKeyBody } from './p256.ts';
import { packet, tag } from './packet.ts';

/**
 * The vendor's signing key, opened for one step; dispose wipes its private scalar. While it signs, openpgp.js turns the
 * scalar into big numbers, which nobody can wipe.
 */
export class Signer implements Disposable {
  /** 40 upper-case hex digits. */
  readonly fingerprint: string;
  readonly #key: SecretKeyPacket;
  #disposed = false;

  private constructor(key: SecretKeyPacket) {
    this.fingerprint = key.getFingerprint().toUpperCase();
    this.#key = key;
  }

  /** `publicBody`: the body of the public-key packet; `scalar`: 32 bytes, copied. Throws signing_key_invalid. */
  static async open(publicBody: Uint8Array, scalar: Uint8Array): Promise<Signer> {
    if (!isPair(publicBody, scalar)) {
      throw new OpenPgpError(
        'signing_key_invalid',
        `A secret of ${scalar.length} bytes does not belong to this public key of ${publicBody.length} bytes, or they are not of version 4 and NIST P-256. Restore both from the same backup.`,
      );
    }
    const body = secretKeyBody(publicBody, scalar);
    const key = new SecretKeyPacket();
    try {
      await key.read(body);
    } finally {
      body.fill(0, publicBody.length); // the key keeps views of the public part, and copies of the rest
    }
    return new Signer(key);
  }

  /**
   * The packet that goes before signed content, so that it can be checked in one pass (RFC 9580 §5.4). Throws as `sign`
   * does for `date`, before a whole file was written in vain.
   */
  onePassSignature(date: Date): Buffer {
    this.#assertUsable(date);
    const { signature, hash, publicKey } = enums;
    const keyId = Buffer.from(this.fingerprint.slice(-16), 'hex');
    const head = Uint8Array.of(3, signature.binary, hash.sha256, publicKey.ecdsa);
    return packet(tag.onePassSignature, Buffer.concat([head, keyId, Uint8Array.of(1)]));
  }

  /**
   * The signature packet over what `content`, a running SHA-256 that is used up by this, has hashed.
   * @throws OpenPgpError signer_disposed, or signing_key_in_future: tools reject a signature older than its key
   */
  async sign(content: Hash, date: Date, properties: Partial<SignaturePacket>): Promise<Buffer> {
    this.#assertUsable(date);
    return signDigest(this.#key, content, date, properties);
  }

  #assertUsable(date: Date): void {
    if (this.#disposed) throw disposed(this.fingerprint);
    const made = this.#key.getCreationTime();
    if (date < made) throw keyInFuture(made);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const part of Object.values(this.#key.privateParams ?? {})) part.fill(0);
  }
}

function keyInFuture(made: Date): OpenPgpError {
  return new OpenPgpError(
    'signing_key_in_future',
    `The signing key was made at ${made.toISOString()}, after the date of this signature. Set the clocks of all machines right.`,
  );
}

function disposed(fingerprint: string): OpenPgpError {
  return new OpenPgpError(
    'signer_disposed',
    `The signer ${fingerprint} was disposed. Keep it until all streams that it signs have ended.`,
  );
}
