import { describe, expect, it } from 'vitest';
import { REAL_KEY } from '../testing/real-key.ts';
import { fingerprintOf } from './key-fingerprint.ts';

describe('fingerprintOf', () => {
  it('is what gpg --show-keys prints', () => {
    expect(fingerprintOf(REAL_KEY)).toBe('746BFD47FD90130858B152BE43BA54AB9312023B');
  });

  it('is unknown of what is no key', () => {
    for (const text of ['', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEXgvh\n', REAL_KEY.slice(0, 80)])
      expect(fingerprintOf(text)).toBeNull();
  });
});
