import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from 'node:crypto';
import { SecretBytes } from '@seedlot/domain';
import { ErasableError } from './errors.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Length of every key of the erasable store, in bytes. */
export const KEY_BYTES = 32;

/** How many bytes longer a sealed text is than its plaintext. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES;

/**
 * AES-256-GCM (NIST SP 800-38D) as `nonce (12) || ciphertext || tag (16)`. The nonce is random: section 8.3 allows
 * 2^32 seals under one key so, and a root or bucket key makes some thousands in its life.
 */
export function seal(key: KeyObject, aad: Uint8Array, plaintext: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafeSlow(plaintext.byteLength + SEAL_BYTES);
  const nonce = randomFillSync(sealed.subarray(0, NONCE_BYTES));
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(aad);
  sealed.set(cipher.update(plaintext), NONCE_BYTES);
  cipher.final();
  sealed.set(cipher.getAuthTag(), sealed.byteLength - TAG_BYTES);
  return sealed;
}

/** What `seal` sealed; the caller wipes it. `sealed` may be an attacker's: anything else throws `seal_not_authentic`. */
export function unseal(key: KeyObject, aad: Uint8Array, sealed: Uint8Array): SecretBytes {
  if (sealed.byteLength < SEAL_BYTES) throw notAuthentic(sealed);
  const end = sealed.byteLength - TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(aad)
    .setAuthTag(sealed.subarray(end));
  const plaintext = new SecretBytes(decipher.update(sealed.subarray(NONCE_BYTES, end)));
  try {
    decipher.final();
  } catch (cause) {
    plaintext.wipe();
    throw notAuthentic(sealed, cause);
  }
  return plaintext;
}

/** Seals a 32-byte key; the copy that this needs is wiped. */
export function sealKey(key: KeyObject, aad: Uint8Array, wrapped: KeyObject): Buffer {
  using bytes = keyBytes(wrapped);
  return seal(key, aad, bytes.bytes);
}

/** A key that `sealKey` sealed. */
export function unsealKey(key: KeyObject, aad: Uint8Array, sealed: Uint8Array): KeyObject {
  using bytes = unseal(key, aad, sealed);
  return secretKey(bytes);
}

/** The 32 bytes of a key, to be wiped; throws `key_malformed` for a key of another kind or length. */
export function keyBytes(key: KeyObject): SecretBytes {
  assertKey(key);
  return new SecretBytes(key.export());
}

/** Throws `key_malformed` for anything but a secret key of 32 bytes. */
export function assertKey({ type, symmetricKeySize }: KeyObject): void {
  if (type === 'secret' && symmetricKeySize === KEY_BYTES) return;
  throw new ErasableError('key_malformed', `a ${type} key of ${symmetricKeySize} bytes is no AES-256 key`);
}

/** The key of 32 bytes, which stay the caller's to wipe; throws `key_malformed` for any other number of bytes. */
export function secretKey(secret: SecretBytes): KeyObject {
  const { byteLength } = secret.bytes;
  if (byteLength !== KEY_BYTES)
    throw new ErasableError('key_malformed', `a key cannot have ${byteLength} bytes`);
  return createSecretKey(secret.bytes);
}

function notAuthentic(sealed: Uint8Array, cause?: unknown): ErasableError {
  const message = `${sealed.byteLength} sealed bytes do not open under this key and context`;
  return new ErasableError('seal_not_authentic', message, { cause });
}
