import type { Hash } from 'node:crypto';
import {
  type Config,
  enums,
  config as libraryDefaults,
  type SecretKeyPacket,
  SignaturePacket,
} from 'openpgp';
import { packet, tag } from './packet.ts';

/** What openpgp.js 6.3.2 has and its types leave out: the configuration as fifth parameter. */
interface ConfiguredSigning {
  sign(key: SecretKeyPacket, data: null, date: Date, detached: boolean, config: Config): Promise<void>;
}

/**
 * A version 4 signature over what `content` has hashed so far, which openpgp.js never sees. `sign` and `verify` ask
 * `toHash` for the bytes and `hash` for their digest; without bytes they take the digest itself. Node has no call that signs a given
 * digest, and hashing a file twice costs a fifth of its time. Both methods are internals of openpgp.js: its version is
 * pinned, and a test compares the outcome with node:crypto.
 */
export class DigestSignature extends SignaturePacket {
  readonly #content: Hash;

  constructor(content: Hash) {
    super();
    this.#content = content;
  }

  toHash(): undefined {
    return undefined;
  }

  /** RFC 9580 §5.2.4: the content, the hashed part of this packet, then version, 0xFF and the length of that part. */
  async hash(): Promise<Uint8Array> {
    const hashed = this.signatureData ?? new Uint8Array();
    const trailer = Buffer.from([4, 0xff, 0, 0, 0, 0]);
    trailer.writeUInt32BE(hashed.length, 2);
    return this.#content.update(hashed).update(trailer).digest();
  }
}

/** Signs with `key`, and writes the packet. `properties` are the signature's type and what else it says. */
export async function signDigest(
  key: SecretKeyPacket,
  content: Hash,
  date: Date,
  properties: Partial<SignaturePacket>,
): Promise<Buffer> {
  const signature = Object.assign(new DigestSignature(content), properties, {
    publicKeyAlgorithm: enums.publicKey.ecdsa,
    hashAlgorithm: enums.hash.sha256,
  });
  await (signature as unknown as ConfiguredSigning).sign(key, null, date, false, libraryDefaults);
  return packet(tag.signature, signature.write());
}
