import { createSecretKey, generateKeySync } from 'node:crypto';
import { SecretBytes } from '@seedlot/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY_BYTES, keyBytes, SEAL_BYTES, seal, sealKey, secretKey, unseal, unsealKey } from './aead.ts';
import { ErasableError } from './errors.ts';
import { randomKeys } from './keyring-keys.ts';

const bytes = fc.uint8Array({ maxLength: 200 });
const drawKey = () => randomKeys.draw();
const refusal = (code: string) => expect.objectContaining({ constructor: ErasableError, code });

describe('sealing', () => {
  // The GCM Spec (McGrew, Viega), test case 16: AES-256 with additional data.
  it('opens test case 16 of the specification of GCM', () => {
    const hex = (text: string) => Buffer.from(text, 'hex');
    const key = createSecretKey(hex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308'));
    const aad = hex('feedfacedeadbeeffeedfacedeadbeefabaddad2');
    const nonce = hex('cafebabefacedbaddecaf888');
    const ciphertext = hex(
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
    );
    const tag = hex('76fc6ece0f4e1768cddf8853bb2d551b');
    using plaintext = unseal(key, aad, Buffer.concat([nonce, ciphertext, tag]));
    expect(Buffer.from(plaintext.bytes).toString('hex')).toBe(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    );
  });

  it('gives back any bytes, and needs no more than it says', () => {
    const key = drawKey();
    fc.assert(
      fc.property(bytes, bytes, (aad, plaintext) => {
        const sealed = seal(key, aad, plaintext);
        expect(sealed).toHaveLength(plaintext.length + SEAL_BYTES);
        using opened = unseal(key, aad, sealed);
        expect(opened.bytes).toEqual(Buffer.from(plaintext));
      }),
    );
  });

  it('refuses every flipped bit of the sealed text and of its context, and every other length', () => {
    const key = drawKey();
    const aad = Buffer.from('context');
    const sealed = seal(key, aad, Buffer.from('plaintext'));
    for (const [target, open] of [
      [sealed, (mutant: Uint8Array) => unseal(key, aad, mutant)],
      [aad, (mutant: Uint8Array) => unseal(key, mutant, sealed)],
    ] as const) {
      for (const mutant of mutants(target)) expect(() => open(mutant)).toThrow(refusal('seal_not_authentic'));
    }
  });

  it('refuses another key', () => {
    const sealed = seal(drawKey(), Buffer.of(1), Buffer.of(2));
    expect(() => unseal(drawKey(), Buffer.of(1), sealed)).toThrow(refusal('seal_not_authentic'));
  });

  it('never seals twice alike', () => {
    const key = drawKey();
    const seals = Array.from({ length: 100 }, () => seal(key, Buffer.of(), Buffer.of(1)).toString('latin1'));
    expect(new Set(seals).size).toBe(100);
  });
});

describe('sealed keys', () => {
  it('come back equal', () => {
    const [outer, inner] = [drawKey(), drawKey()];
    expect(unsealKey(outer, Buffer.of(1), sealKey(outer, Buffer.of(1), inner)).equals(inner)).toBe(true);
  });

  it('are refused when they are no AES-256 keys', () => {
    const short = generateKeySync('aes', { length: 128 });
    expect(() => keyBytes(short)).toThrow(refusal('key_malformed'));
    const key = drawKey();
    const sealed = seal(key, Buffer.of(), Buffer.alloc(KEY_BYTES - 1));
    expect(() => unsealKey(key, Buffer.of(), sealed)).toThrow(refusal('key_malformed'));
  });

  it('stand in memory of their own, which wiping clears', () => {
    using secret = keyBytes(drawKey());
    const { bytes: copy } = secret;
    expect(copy.buffer.byteLength).toBe(KEY_BYTES);
    expect(secretKey(secret).symmetricKeySize).toBe(KEY_BYTES);
    secret.wipe();
    expect(copy).toEqual(Buffer.alloc(KEY_BYTES));
    expect(() => secretKey(new SecretBytes(Buffer.alloc(31)))).toThrow(refusal('key_malformed'));
  });
});

function* mutants(original: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < original.length * 8; bit++) {
    const mutant = Uint8Array.from(original);
    mutant[bit >> 3] = (mutant[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield mutant;
  }
  for (let length = 0; length < original.length; length++) yield original.subarray(0, length);
  yield Uint8Array.of(...original, 0);
}
