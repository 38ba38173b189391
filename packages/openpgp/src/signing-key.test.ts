import { createHash, createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { readKey, SecretKeyPacket } from 'openpgp';
import { describe, expect, test, vi } from 'vitest';
import { createSigningKey, openSigningKey } from './index.ts';
import { earlier, makeKey, now, readPackets } from './testing.ts';

const vendor = await createSigningKey({ name: 'Vendor', email: 'seeds@vendor.example', date: earlier });
const scalar = Buffer.from(vendor.secret.bytes);
const publicKey = await readKey({ armoredKey: vendor.publicKey });

describe('a new signing key', () => {
  test('can sign and nothing else', async () => {
    await expect(publicKey.verifyPrimaryKey(now)).resolves.toBeUndefined();
    expect(await publicKey.getSigningKey(undefined, now)).toBe(publicKey);
    await expect(publicKey.getEncryptionKey(undefined, now)).rejects.toThrow(/encryption key/);
  });

  test('is of version 4 and P-256, has the name, and no end', async () => {
    expect(publicKey.keyPacket.version).toBe(4);
    expect(publicKey.getAlgorithmInfo()).toEqual({ algorithm: 'ecdsa', curve: 'nistP256' });
    expect(publicKey.getUserIDs()).toEqual(['Vendor <seeds@vendor.example>']);
    expect(publicKey.getCreationTime()).toEqual(earlier);
    expect(await publicKey.getExpirationTime()).toBe(Infinity);
    expect(vendor.fingerprint).toBe(publicKey.getFingerprint().toUpperCase());
  });

  test('keeps its secret out of the public half', () => {
    expect(vendor.secret.bytes).toHaveLength(32);
    expect(Buffer.from(publicKey.write()).includes(scalar)).toBe(false);
  });

  test.each([
    { name: '' },
    { name: 'a <b>' },
    { name: 'a\nb' },
    { name: 'a'.repeat(201) },
    { name: 'a', email: 'no address' },
  ])('is not made for %o', async owner => {
    const refused = createSigningKey({ ...owner, date: earlier });
    await expect(refused).rejects.toMatchObject({ name: 'OpenPgpError', code: 'signer_name_invalid' });
  });
});

describe('a signing key does not open', () => {
  const other = createSigningKey({ name: 'Other', date: earlier });
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  const foreign = async (options: Parameters<typeof makeKey>[0]) =>
    (await makeKey(options)).toPublic().armor();

  test.each<[string, () => string | Promise<string>, () => Uint8Array | Promise<Uint8Array>]>([
    ['the secret of another key', () => vendor.publicKey, async () => (await other).secret.bytes],
    ['zeros', () => vendor.publicKey, () => new Uint8Array(32)],
    ['the order of the curve', () => vendor.publicKey, () => order],
    ['a short secret', () => vendor.publicKey, () => scalar.subarray(1)],
    ['an RSA key', () => foreign({ type: 'rsa', rsaBits: 2048 }), () => scalar],
    ['a P-384 key', () => foreign({ curve: 'nistP384' }), () => scalar],
    ['no key', () => 'no key', () => scalar],
  ])('with %s', async (_, text, secret) => {
    const refused = openSigningKey(await text(), await secret());
    await expect(refused).rejects.toMatchObject({ name: 'OpenPgpError', code: 'signing_key_invalid' });
  });
});

test('a signature is that of node:crypto over the same bytes, whatever openpgp.js does inside', async () => {
  using signer = await openSigningKey(vendor.publicKey, scalar);
  const point = Buffer.from(publicKey.keyPacket.write()).subarray(-64);
  const [x, y] = [point.toString('base64url', 0, 32), point.toString('base64url', 32)];
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), async content => {
      const hash = createHash('sha256').update(content);
      const [packet] = readPackets(await signer.sign(hash, now, { signatureType: 0 }));
      const { hashed, start, value } = signatureParts(packet?.body ?? Buffer.alloc(0));
      const trailer = Buffer.from([4, 0xff, 0, 0, hashed.length >> 8, hashed.length & 0xff]);
      const signed = Buffer.concat([content, hashed, trailer]);
      expect(start).toEqual(createHash('sha256').update(signed).digest().subarray(0, 2));
      expect(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, value)).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test('a disposed signer signs nothing, and has left no secret behind', async () => {
  const reading = vi.spyOn(SecretKeyPacket.prototype, 'read');
  const allocating = vi.spyOn(Buffer, 'allocUnsafeSlow');
  const signer = await openSigningKey(vendor.publicKey, scalar);
  const [packet] = reading.mock.contexts as SecretKeyPacket[];
  const buffers = allocating.mock.results.map(({ value }) => value as Buffer);
  vi.restoreAllMocks();
  const parts = () => Object.values(packet?.privateParams ?? {}) as Uint8Array[];
  expect(Buffer.concat(parts()).equals(scalar)).toBe(true);

  signer[Symbol.dispose]();
  expect(new Set(Buffer.concat(parts()))).toEqual(new Set([0]));
  expect(buffers.length).toBeGreaterThan(0);
  for (const buffer of buffers) expect(buffer.includes(scalar)).toBe(false);
  const signing = signer.sign(createHash('sha256'), now, { signatureType: 0 });
  await expect(signing).rejects.toMatchObject({ name: 'OpenPgpError', code: 'signer_disposed' });
});

test('a signature older than its key is refused, for tools would reject it', async () => {
  using signer = await openSigningKey(vendor.publicKey, scalar);
  const before = new Date(earlier.getTime() - 1000);
  const signing = signer.sign(createHash('sha256'), before, { signatureType: 0 });
  await expect(signing).rejects.toMatchObject({ name: 'OpenPgpError', code: 'signing_key_in_future' });
});

/** Of a version 4 signature (RFC 9580 §5.2.3): its hashed part, the start of the digest, and r and s side by side. */
function signatureParts(body: Buffer): { hashed: Buffer; start: Buffer; value: Buffer } {
  const unhashed = 6 + body.readUInt16BE(4);
  const start = unhashed + 2 + body.readUInt16BE(unhashed);
  const rLength = (body.readUInt16BE(start + 2) + 7) >> 3;
  const r = body.subarray(start + 4, start + 4 + rLength);
  const s = body.subarray(start + 6 + rLength);
  const value = Buffer.alloc(64);
  r.copy(value, 32 - r.length);
  s.copy(value, 64 - s.length);
  return { hashed: body.subarray(0, unhashed), start: body.subarray(start, start + 2), value };
}
