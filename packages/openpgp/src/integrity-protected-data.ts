import { type Cipheriv, createCipheriv, createHash, createSecretKey, randomBytes } from 'node:crypto';
import { tag, tagOctet } from './packet.ts';
import { PartialBody } from './partial-body.ts';

/** Octets of the block of AES. */
const BLOCK = 16;

/**
 * A packet of integrity protected data, version 1, around `plaintext` (RFC 9580 §5.13.1). Never version 2, whatever the
 * recipient's key advertises: gpg, rnp and the tools on Bouncy Castle cannot read it. What it yields is valid until the
 * next pull.
 */
export async function* integrityProtected(
  encryption: CfbWithDigest,
  plaintext: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  using body = new PartialBody();
  yield Uint8Array.of(tagOctet(tag.integrityProtectedData));
  yield* body.push(Uint8Array.of(1));
  yield* body.push(encryption.start());
  for await (const piece of plaintext) {
    const ciphertext = encryption.update(piece);
    yield* body.push(ciphertext);
    free(ciphertext);
  }
  yield* body.push(encryption.end());
  yield body.end();
}

/**
 * Gives the memory back at once. Left to the garbage collector it piles up, and the collector stops the process for it
 * about twice a file of 50 MB. Only whole buffers: one that shares its memory with others must live.
 */
function free(ciphertext: NonSharedBuffer): void {
  if (ciphertext.length === ciphertext.buffer.byteLength) ciphertext.buffer.transfer(0);
}

/** AES-256 in CFB mode, with the SHA-1 of the plaintext at the end of it. */
export class CfbWithDigest {
  readonly #cipher: Cipheriv;
  readonly #hash = createHash('sha1');

  /** Copies the 32 bytes of `sessionKey` into OpenSSL; the caller wipes its own. */
  constructor(sessionKey: Uint8Array) {
    this.#cipher = createCipheriv('aes-256-cfb', createSecretKey(sessionKey), Buffer.alloc(BLOCK));
  }

  /** A random block whose last two octets come twice: it stands in for an initialisation vector. */
  start(): Buffer {
    const random = randomBytes(BLOCK);
    return this.update(Buffer.concat([random, random.subarray(-2)]));
  }

  /** As many octets as `plaintext` has. */
  update(plaintext: Uint8Array): NonSharedBuffer {
    this.#hash.update(plaintext);
    return this.#cipher.update(plaintext);
  }

  /** The modification detection code: a packet inside, whose header is hashed too. */
  end(): Buffer {
    const header = Uint8Array.of(tagOctet(tag.modificationDetectionCode), 20);
    const digest = this.#hash.update(header).digest();
    return Buffer.concat([this.#cipher.update(header), this.#cipher.update(digest), this.#cipher.final()]);
  }
}
