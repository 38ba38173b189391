import fc from 'fast-check';
import { config, type KeyOptions, type PrivateKey, revokeKey } from 'openpgp';
import { describe, expect, test } from 'vitest';
import { type OpenPgpErrorCode, readRecipientKey, recheckKey } from './index.ts';
import { keyLimits } from './key-limits.ts';
import { packet, tag } from './packet.ts';
import { earlier, makeKey, now } from './testing.ts';

const owner = await makeKey();
const armored = owner.toPublic().armor();
const binary = owner.toPublic().write();
const fingerprint = owner.getFingerprint().toUpperCase();
const day = 24 * 3600;

const read = (text: Uint8Array | string, mustSign = true) => readRecipientKey(text, { mustSign, now });
const publicText = async (options: Partial<KeyOptions>) => (await makeKey(options)).toPublic().armor();

describe('a good key passes', () => {
  const utf16 = Buffer.from(`\ufeff${armored}`, 'utf16le');
  test.each<[string, Uint8Array | string]>([
    ['armored', armored],
    ['binary', binary],
    ['with CRLF', armored.replaceAll('\n', '\r\n')],
    ['behind a UTF-8 byte order mark', Buffer.from(`\ufeff${armored}`)],
    ['in the UTF-16 of PowerShell', utf16],
    ['in big-endian UTF-16', Buffer.from(utf16).swap16()],
    ['indented in a mail', `Hello,\n\n  ${armored.replaceAll('\n', '\n  ')}\nRegards`],
    ['without the checksum', armored.replace(/^=.{4}$/m, '')],
  ])('%s', async (_, text) => {
    const key = await read(text);
    expect(key).toMatchObject({ fingerprint, encryptionKeyExpires: null });
    expect(await recheckKey(key.armored, now)).toEqual(key);
  });

  test.each<Partial<KeyOptions>>([
    { curve: 'nistP256' },
    { curve: 'nistP384' },
    { curve: 'nistP521' },
    { type: 'rsa', rsaBits: 2048 },
    { type: 'curve25519' },
    { curve: 'ed25519Legacy', subkeys: [{ type: 'rsa', rsaBits: 2048 }] },
  ])('of %o', async options => {
    expect(await read(await publicText(options))).toMatchObject({ encryptionKeyExpires: null });
  });
});

test('what others added is not pinned', async () => {
  const other = await makeKey();
  const signed = await owner.toPublic().signAllUsers([other], now);
  expect(signed.write().length).toBeGreaterThan(binary.length);
  expect(await read(signed.armor())).toEqual(await read(armored));
});

test('a subkey that somebody else appended is never encrypted to', async () => {
  const thief = await makeKey({ date: now });
  const packets = thief.toPublic().toPacketList();
  packets.splice(0, packets.length - 2);
  const forged = Buffer.concat([binary, packets.write()]);
  const { checkRecipientKey } = await import('./recipient-key.ts');
  const { encryption } = await checkRecipientKey(forged, now);
  expect(encryption.getFingerprint()).toBe(owner.subkeys[0]?.getFingerprint());
});

describe('the end of a key is the earlier one of key and encryption subkey', () => {
  test.each([
    { key: 0, subkey: 0, end: null },
    { key: 400, subkey: 0, end: 400 },
    { key: 0, subkey: 300, end: 300 },
    { key: 300, subkey: 400, end: 300 },
    { key: 400, subkey: 300, end: 300 },
  ])('key $key, subkey $subkey days: $end', async ({ key, subkey, end }) => {
    const text = await publicText({
      keyExpirationTime: key * day,
      subkeys: [{ keyExpirationTime: subkey * day }],
    });
    const expected = end === null ? null : new Date(earlier.getTime() + end * day * 1000);
    expect((await read(text)).encryptionKeyExpires).toEqual(expected);
  });
});

test('a key that expired since its intake is refused on the day of use', async () => {
  const { armored: pinned, encryptionKeyExpires } = await read(
    await publicText({ keyExpirationTime: 300 * day }),
  );
  const last = encryptionKeyExpires?.getTime() ?? 0;
  await expect(recheckKey(pinned, new Date(last - 1000))).resolves.toMatchObject({ encryptionKeyExpires });
  await expect(recheckKey(pinned, new Date(last))).rejects.toMatchObject({ code: 'pgp_key_expired' });
});

describe('a key is refused', () => {
  const header = (armor: string) => armor.replaceAll('PUBLIC KEY BLOCK', 'SIGNATURE');
  const second = makeKey();
  const revoked = (key: PrivateKey) => revokeKey({ key, date: earlier, format: 'object' });
  const olderVersion = Buffer.from(binary);
  olderVersion[binary.indexOf(4)] = 3;

  const cases: [string, OpenPgpErrorCode, () => string | Uint8Array | Promise<string | Uint8Array>][] = [
    ['no text', 'pgp_key_missing', () => ''],
    ['no bytes', 'pgp_key_missing', () => new Uint8Array()],
    ['a text without a key', 'pgp_key_missing', () => 'Please find our key attached.'],
    ['another block', 'pgp_key_missing', () => header(armored)],
    [
      'binary that begins with a user id',
      'pgp_key_missing',
      () => binary.subarray(firstPacketLength(binary)),
    ],
    ['no first packet', 'pgp_key_malformed', () => Uint8Array.of(0xc6)],
    ['armor without an end', 'pgp_key_malformed', () => armored.slice(0, armored.indexOf('-----END'))],
    ['armor cut in the middle', 'pgp_key_malformed', () => armored.replace(/\n.{60}\n.{60}\n/, '\n')],
    ['binary cut in the middle', 'pgp_key_malformed', () => binary.subarray(0, -10)],
    ['no user id', 'pgp_key_malformed', () => binary.subarray(0, firstPacketLength(binary))],
    ['one byte too many', 'pgp_key_too_large', () => new Uint8Array(keyLimits.bytes + 1)],
    ['too many user ids', 'pgp_key_too_large', () => flooded(packet(tag.userId, Buffer.from('a')), 1000)],
    ['too many signatures', 'pgp_key_too_large', () => flooded(lastPacket(owner), 100)],
    ['a secret key', 'pgp_key_secret', () => owner.armor()],
    ['a binary secret key', 'pgp_key_secret', () => owner.write()],
    ['a public and a secret block', 'pgp_key_secret', () => `${armored}\n${owner.armor()}`],
    ['two blocks', 'pgp_key_several', () => `${armored}\n${armored}`],
    ['a key and a signature', 'pgp_key_several', () => `${armored}\n${header(armored)}`],
    ['two keys', 'pgp_key_several', async () => Buffer.concat([binary, (await second).toPublic().write()])],
    ['version 3', 'pgp_key_unsupported', () => olderVersion],
    ['version 6', 'pgp_key_unsupported', () => publicText({ type: 'curve25519', config: { v6Keys: true } })],
    [
      'RSA of 1024 bits',
      'pgp_key_weak',
      () => publicText({ type: 'rsa', rsaBits: 1024, config: { minRSABits: 1024 } }),
    ],
    ['an expired key', 'pgp_key_expired', () => publicText({ keyExpirationTime: day })],
    ['an expired subkey', 'pgp_key_expired', () => publicText({ subkeys: [{ keyExpirationTime: day }] })],
    [
      'a key of tomorrow',
      'pgp_key_in_future',
      () => publicText({ date: new Date(now.getTime() + day * 1000) }),
    ],
    ['a revoked key', 'pgp_key_revoked', async () => (await revoked(await makeKey())).publicKey.armor()],
    ['no encryption subkey', 'pgp_key_cannot_encrypt', () => publicText({ subkeys: [] })],
    ['only a signing subkey', 'pgp_key_cannot_encrypt', () => publicText({ subkeys: [{ sign: true }] })],
    ['a revoked subkey', 'pgp_key_revoked', () => withRevokedSubkey()],
  ];
  test.each(cases)('%s: %s', async (_, code, text) => {
    const refusal = read(await text());
    await expect(refusal).rejects.toMatchObject({ name: 'OpenPgpError', code });
  });
});

test('every refusal says what to do, and quotes nothing from the key', async () => {
  const secret = await read(owner.armor()).catch(fault => fault);
  expect(secret.message).toMatch(/Make a new key and send its public half/);
  const name = 'Robert"; drop table keys';
  const expired = await read(await publicText({ userIDs: [{ name }], keyExpirationTime: day })).catch(
    fault => fault,
  );
  expect(expired.message).toMatch(/expired on 2030-01-02\. Extend it/);
  expect(expired.message).not.toContain('Robert');
});

test('a damaged key is refused or, where nothing signs the damage, is still the same key', async () => {
  const edit = fc.record({ at: fc.nat(binary.length - 1), mask: fc.integer({ min: 1, max: 255 }) });
  await fc.assert(
    fc.asyncProperty(edit, async ({ at, mask }) => {
      const damaged = Uint8Array.from(binary);
      damaged[at] = (damaged[at] ?? 0) ^ mask;
      const outcome = await read(damaged).catch(fault => fault);
      if ('code' in outcome) expect(outcome).toMatchObject({ name: 'OpenPgpError', code: /^pgp_key_/ });
      else expect(outcome.fingerprint).toBe(fingerprint);
    }),
    { numRuns: 300 },
  );
});

test('no bytes make it fail in any other way', async () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ maxLength: 300 }),
    fc.nat(binary.length).map(end => binary.subarray(0, end)),
    fc.uint8Array({ maxLength: 60 }).map(tail => Buffer.concat([binary.subarray(0, 53), tail])),
  );
  await fc.assert(
    fc.asyncProperty(anything, async text => {
      await read(text).then(
        key => expect(key.fingerprint).toBe(fingerprint),
        fault => expect(fault).toMatchObject({ name: 'OpenPgpError' }),
      );
    }),
    { numRuns: 300 },
  );
});

/** Each part of it would be checked, were there no bound. */
function flooded(part: Uint8Array, times: number): Buffer {
  return Buffer.concat([binary, ...Array<Uint8Array>(times).fill(part)]);
}

function lastPacket(key: PrivateKey): Uint8Array {
  const packets = key.toPublic().toPacketList();
  packets.splice(0, packets.length - 1);
  return packets.write();
}

/** Octets of the first packet of a key as openpgp.js writes it: a length of one octet. */
function firstPacketLength(bytes: Uint8Array): number {
  return 2 + (bytes[1] ?? 0);
}

async function withRevokedSubkey(): Promise<string> {
  const key = await makeKey();
  const [subkey] = key.subkeys;
  if (subkey === undefined) throw new RangeError('the key has no subkey');
  key.subkeys = [await subkey.revoke(key.keyPacket as never, {}, earlier, config)];
  return key.toPublic().armor();
}
