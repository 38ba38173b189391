import { randomFillSync } from 'node:crypto';
import { SecretBytes } from '@seedlot/domain';
import { ErasableError, type RootHandle, secretMemory } from '@seedlot/erasable';
import { type Cryptoki, gcm, type Handle } from './cryptoki.ts';
import type { Token } from './token.ts';
import { isAway, slotFault } from './token-faults.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Stands before every plaintext, since tokens refuse to encrypt nothing. */
const FORMAT = 1;
const SEAL_BYTES = NONCE_BYTES + 1 + TAG_BYTES;

const PROBE = Buffer.from('seedlot probe');

/** Finds the root's key for one piece of work; throws `root_missing` when it is gone. */
export type FindKey = (cryptoki: Cryptoki, session: Handle) => Handle;

/**
 * A root in its token, which seals and unseals there: `nonce (12) || AES-256-GCM(1 || plaintext) || tag (16)`. The key is
 * looked up for each call, because handles of a token that came back may name something else.
 */
export class Pkcs11RootHandle implements RootHandle {
  readonly #token: Token;
  readonly #findKey: FindKey;
  #closed = false;

  constructor(token: Token, findKey: FindKey) {
    this.#token = token;
    this.#findKey = findKey;
  }

  async seal(aad: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
    this.#assertOpen();
    return this.#reaching(() => this.#seal(aad, plaintext));
  }

  async unseal(aad: Uint8Array, sealed: Uint8Array): Promise<SecretBytes> {
    this.#assertOpen();
    if (sealed.byteLength < SEAL_BYTES) throw notAuthentic(sealed);
    return this.#reaching(() => {
      try {
        return this.#unseal(aad, sealed);
      } catch (fault) {
        throw this.#isNotAuthentic(fault) ? notAuthentic(sealed, fault) : fault;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
  }

  #seal(aad: Uint8Array, plaintext: Uint8Array): Buffer {
    using content = new SecretBytes(secretMemory(1 + plaintext.byteLength));
    content.bytes[0] = FORMAT;
    content.bytes.set(plaintext, 1);
    const sealed = Buffer.alloc(plaintext.byteLength + SEAL_BYTES);
    const nonce = randomFillSync(sealed.subarray(0, NONCE_BYTES));
    const written = this.#token.runNow((cryptoki, session) => {
      cryptoki.C_EncryptInit(session, gcm(nonce, aad), this.#findKey(cryptoki, session));
      return cryptoki.C_Encrypt(session, content.bytes, sealed.subarray(NONCE_BYTES));
    });
    if (written.byteLength === sealed.byteLength - NONCE_BYTES) return sealed;
    throw new ErasableError('slot_unreachable', `the token made ${written.byteLength} bytes of a seal`);
  }

  #unseal(aad: Uint8Array, sealed: Uint8Array): SecretBytes {
    // As long as the ciphertext: a token says no to less room than it may need.
    const content = new SecretBytes(secretMemory(sealed.byteLength));
    try {
      const { buffer } = content.bytes;
      const opened = this.#token.runNow((cryptoki, session) => {
        const nonce = sealed.subarray(0, NONCE_BYTES);
        cryptoki.C_DecryptInit(session, gcm(nonce, aad), this.#findKey(cryptoki, session));
        return cryptoki.C_Decrypt(session, sealed.subarray(NONCE_BYTES), Buffer.from(buffer));
      });
      if (opened.byteLength !== sealed.byteLength - SEAL_BYTES + 1 || opened[0] !== FORMAT) {
        throw notAuthentic(sealed);
      }
      return new SecretBytes(new Uint8Array(buffer, 1, opened.byteLength - 1));
    } catch (fault) {
      content.wipe();
      throw fault;
    }
  }

  /**
   * Tokens have no common word for a wrong tag; SoftHSM says CKR_GENERAL_ERROR, as it does for much else. What a token
   * refuses that works with this very key a moment later is not authentic.
   */
  #isNotAuthentic(fault: unknown): boolean {
    if (fault instanceof ErasableError || isAway(fault)) return false;
    using probe = this.#unseal(PROBE, this.#seal(PROBE, PROBE));
    return Buffer.compare(probe.bytes, PROBE) === 0;
  }

  async #reaching<T>(work: () => T): Promise<T> {
    try {
      await this.#token.ready();
      return work();
    } catch (fault) {
      throw slotFault(fault);
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new ErasableError('root_closed', 'this root was closed at the end of its step');
  }
}

function notAuthentic(sealed: Uint8Array, cause?: unknown): ErasableError {
  const message = `${sealed.byteLength} sealed bytes do not open under this key and context`;
  return new ErasableError('seal_not_authentic', message, { cause });
}
