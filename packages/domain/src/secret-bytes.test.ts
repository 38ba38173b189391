import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { SecretBytes } from './secret-bytes.ts';

test('no way of printing yields text', () => {
  const secret = new SecretBytes(Uint8Array.of(1, 2, 3));
  expect(() => `${secret}`).toThrow(TypeError);
  expect(() => String(secret)).toThrow(TypeError);
  expect(() => JSON.stringify({ secret })).toThrow(TypeError);
  expect(() => inspect(secret)).toThrow(TypeError);
  expect(Object.keys(secret)).toEqual([]);
});

test('wiping zeroes the very buffer and forgets it', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  {
    using secret = new SecretBytes(bytes);
    expect(secret.bytes).toBe(bytes);
  }
  expect(bytes).toEqual(new Uint8Array(3));
  const secret = new SecretBytes(bytes);
  secret.wipe();
  secret.wipe();
  expect(secret.wiped).toBe(true);
  expect(() => secret.bytes).toThrow(RangeError);
});
