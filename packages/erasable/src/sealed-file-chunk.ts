import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { assertKey } from './aead.ts';
import { ErasableError } from './errors.ts';
import { HEADER_BYTES, MAGIC, PREFIX_BYTES, TAG_BYTES } from './sealed-file-format.ts';

const ALGORITHM = 'aes-256-gcm';
const OPTIONS = { authTagLength: TAG_BYTES };
const COUNTER_BYTES = 4;

/** Seals and opens the chunks of one file. */
export class ChunkCipher {
  readonly #key: KeyObject;
  readonly #prefix: Uint8Array;
  readonly #aad: Uint8Array;

  /** @param header may be an attacker's: `sealed_file_damaged` unless it is one of this version */
  constructor(key: KeyObject, id: string, header: Uint8Array, chunkBytes: number) {
    assertKey(key);
    if (
      header.byteLength !== HEADER_BYTES ||
      Buffer.compare(header.subarray(0, MAGIC.byteLength), MAGIC) !== 0
    ) {
      throw new ErasableError(
        'sealed_file_damaged',
        `file ${id} does not begin as a sealed file of version 1`,
      );
    }
    this.#key = key;
    this.#prefix = header.slice(MAGIC.byteLength);
    this.#aad = Buffer.from(
      JSON.stringify(['seedlot file v1', id, chunkBytes, Buffer.from(header).toString('hex')]),
    );
  }

  /** Writes the sealed chunk into `into`; returns the part of it that was written. */
  seal(chunk: number, last: boolean, plaintext: Uint8Array, into: Uint8Array): Uint8Array {
    const cipher = createCipheriv(ALGORITHM, this.#key, this.#nonce(chunk, last), OPTIONS).setAAD(this.#aad);
    into.set(cipher.update(plaintext));
    cipher.final();
    into.set(cipher.getAuthTag(), plaintext.byteLength);
    return into.subarray(0, plaintext.byteLength + TAG_BYTES);
  }

  /** The plaintext, in memory of its own. `sealed` may be an attacker's: `sealed_file_damaged` out of its place. */
  open(chunk: number, last: boolean, sealed: Uint8Array): Uint8Array {
    const end = sealed.byteLength - TAG_BYTES;
    const decipher = createDecipheriv(ALGORITHM, this.#key, this.#nonce(chunk, last), OPTIONS)
      .setAAD(this.#aad)
      .setAuthTag(sealed.subarray(end));
    const plaintext = decipher.update(sealed.subarray(0, end));
    try {
      decipher.final();
    } catch (cause) {
      plaintext.fill(0);
      throw new ErasableError('sealed_file_damaged', `chunk ${chunk} is not the one that was sealed here`, {
        cause,
      });
    }
    return plaintext;
  }

  #nonce(chunk: number, last: boolean): Uint8Array {
    const nonce = Buffer.alloc(PREFIX_BYTES + COUNTER_BYTES + 1);
    nonce.set(this.#prefix);
    nonce.writeUInt32BE(chunk, PREFIX_BYTES);
    nonce.writeUInt8(last ? 1 : 0, PREFIX_BYTES + COUNTER_BYTES);
    return nonce;
  }
}
