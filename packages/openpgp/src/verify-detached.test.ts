import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  createMessage,
  enums,
  type KeyOptions,
  config as libraryDefaults,
  type PrivateKey,
  reformatKey,
  type SignaturePacket,
  sign,
} from 'openpgp';
import { describe, expect, test } from 'vitest';
import { DigestSignature } from './digest-signature.ts';
import {
  OpenPgpError,
  type OpenPgpErrorCode,
  openDetached,
  type PinnedKey,
  verifyDetached,
} from './index.ts';
import { packet, tag } from './packet.ts';
import { SIGNATURE_LIMIT } from './signature-block.ts';
import { earlier, makeKey, now, pieces } from './testing.ts';

const report = Buffer.from('lot,serial,result\nlot-000001,1000000000001,burned\n');
const signing: Partial<KeyOptions> = { curve: 'nistP256', subkeys: [{ sign: true }, {}] };
const factory = await makeKey(signing);
const fingerprint = factory.getFingerprint().toUpperCase();
const signature = await detached(factory);

async function detached(key: PrivateKey, content: Uint8Array = report, config = {}): Promise<Uint8Array> {
  const message = await createMessage({ binary: new Uint8Array(content) });
  const options = { message, signingKeys: key, detached: true, date: now, config } as const;
  return (await sign({ ...options, format: 'binary' })) as Uint8Array;
}

/** The body of a packet by `key`, a part of a key, that says what `properties` say. */
async function bodyBy(
  key: PrivateKey['keyPacket'] | PrivateKey['subkeys'][number]['keyPacket'],
  { date = now, ...properties }: Partial<SignaturePacket> & { date?: Date } = {},
): Promise<Uint8Array> {
  const packet = new DigestSignature(createHash('sha256').update(report));
  const usual = { signatureType: enums.signature.binary, hashAlgorithm: enums.hash.sha256 };
  Object.assign(packet, usual, { publicKeyAlgorithm: key.algorithm }, properties);
  const signed = packet as unknown as { sign(...of: unknown[]): Promise<void> };
  await signed.sign(key, null, date, true, libraryDefaults);
  return packet.write();
}

const pin = (key: PrivateKey, state: PinnedKey['state'] = 'current'): PinnedKey => ({
  armored: key.toPublic().armor(),
  state,
});
const verify = (bytes: Uint8Array, { keys = [pin(factory)], content = report, sizes = [1000] } = {}) =>
  verifyDetached({ signature: bytes, keys, now }, pieces(content, sizes));
const refused = (bytes: Uint8Array, code: OpenPgpErrorCode, options?: Parameters<typeof verify>[1]) =>
  expect(verify(bytes, options)).rejects.toMatchObject({ name: 'OpenPgpError', code });

/** Replaces what stands at `offset` of the one packet. */
function changed(bytes: Uint8Array, offset: number, ...octets: number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(octets, offset);
  return copy;
}

describe('a good signature', () => {
  test.each<Partial<KeyOptions>>([
    { curve: 'nistP256' },
    { curve: 'nistP384' },
    { curve: 'nistP521' },
    { curve: 'ed25519Legacy' },
    { type: 'rsa', rsaBits: 2048 },
    { type: 'curve25519' },
    signing,
  ])('by %o tells who signed and when', async options => {
    const key = await makeKey(options);
    const signed = await verify(await detached(key), { keys: [pin(key)] });
    expect(signed).toEqual({ fingerprint: key.getFingerprint().toUpperCase(), made: now });
  });

  test('holds for its content in chunks of any size, and for no other', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 });
    const content = fc.uint8Array({ maxLength: 2000 });
    await fc.assert(
      fc.asyncProperty(content, sizes, fc.nat(), async (content, sizes, at) => {
        const bytes = await detached(factory, content);
        const same = { content: Buffer.from(content), sizes };
        expect(await verify(bytes, same)).toEqual({ fingerprint, made: now });
        const other = Buffer.concat([content, Buffer.of(0)]);
        await refused(bytes, 'signature_wrong', { content: other, sizes });
        const place = at % Math.max(1, content.length);
        other[place] = (other[place] ?? 0) ^ 1;
        const tampered = content.length === 0 ? other : other.subarray(0, -1);
        await refused(bytes, 'signature_wrong', { content: tampered, sizes });
      }),
      { numRuns: 25 },
    );
  });

  test('gives the same verdict when it is asked again', async () => {
    const check = await openDetached({ signature, keys: [pin(factory)], now });
    check.update(report);
    expect(await check.verdict()).toEqual(await check.verdict());
  });
});

describe('whatever else is sent as a signature', () => {
  test('any octets are refused with a code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async bytes => {
        await expect(verify(bytes)).rejects.toBeInstanceOf(OpenPgpError);
        const body = Buffer.concat([signature.subarray(2, 6), bytes]);
        await expect(verify(packet(tag.signature, body))).rejects.toBeInstanceOf(OpenPgpError);
      }),
      { numRuns: 300 },
    );
  });

  test('one that is cut off anywhere is refused', async () => {
    for (let length = 0; length < signature.length; length++) {
      await refused(signature.subarray(0, length), 'signature_malformed');
    }
  });

  test('with a bit changed it is refused, or was changed where nothing is signed', async () => {
    const hashedEnd = 2 + 6 + Buffer.from(signature).readUInt16BE(6);
    for (let at = 0; at < signature.length; at++) {
      const tampered = changed(signature, at, (signature[at] ?? 0) ^ 1);
      const outcome = await verify(tampered).catch(refusal => refusal);
      if (at < hashedEnd || at >= signature.length - 32) expect(outcome).toBeInstanceOf(OpenPgpError);
      else if (!(outcome instanceof OpenPgpError)) expect(outcome).toEqual({ fingerprint, made: now });
    }
  });

  test.each<[string, OpenPgpErrorCode, Uint8Array]>([
    ['nothing', 'signature_malformed', new Uint8Array()],
    ['words', 'signature_malformed', Buffer.from('signed: the factory')],
    ['a key', 'signature_malformed', Buffer.from(pin(factory).armored)],
    ['too much', 'signature_malformed', new Uint8Array(SIGNATURE_LIMIT + 1).fill(0xc2)],
    ['one twice', 'signature_several', Buffer.concat([signature, signature])],
    ['version 3', 'signature_unsupported', changed(signature, 2, 3)],
    ['version 5', 'signature_unsupported', changed(signature, 2, 5)],
    ['over text', 'signature_of_text', changed(signature, 3, enums.signature.text)],
    ['over a key', 'signature_unsupported', changed(signature, 3, enums.signature.keyBinding)],
    ['of ed448', 'signature_unsupported', changed(signature, 4, enums.publicKey.ed448)],
    ['of algorithm 99', 'signature_unsupported', changed(signature, 4, 99)],
    ['over MD5', 'signature_weak_hash', changed(signature, 5, enums.hash.md5)],
    ['over SHA-1', 'signature_weak_hash', changed(signature, 5, enums.hash.sha1)],
    ['over RIPEMD-160', 'signature_weak_hash', changed(signature, 5, enums.hash.ripemd)],
    ['over hash 99', 'signature_unsupported', changed(signature, 5, 99)],
  ])('%s is refused with %s', (_, code, bytes) => refused(bytes, code));

  test.each<[string, OpenPgpErrorCode, number[]]>([
    ['without a date', 'signature_malformed', []],
    ['with a date beyond all calendars', 'signature_malformed', [9, 2, ...Array(8).fill(0xff)]],
    ['with a part that is cut off', 'signature_malformed', [5, 2, 1, 2, 3, 4, 200, 16, 0]],
    ['with an unknown critical part', 'signature_unsupported', [5, 2, 1, 2, 3, 4, 2, 0x80 | 99, 0]],
  ])('one %s is refused with %s', (_, code, subpackets) => {
    const head = [4, 0, enums.publicKey.rsaSign, enums.hash.sha256, 0, subpackets.length];
    return refused(packet(tag.signature, Uint8Array.of(...head, ...subpackets, 0, 0, 1, 2, 0, 1, 1)), code);
  });

  test('one whose signed part runs over its end is refused', async () => {
    const head = [4, 0, enums.publicKey.rsaSign, enums.hash.sha256, 0, 8, 5, 2, 1, 2, 3, 4];
    const inside = [4, 100];
    const beyond = [1, 2, 3];
    const body = Uint8Array.of(...head, ...inside, ...beyond, 0, 0, 1, 2, 0, 1, 1);
    await refused(packet(tag.signature, body), 'signature_malformed');
  });

  test('one by a version 6 key is refused', async () => {
    const key = await makeKey({ type: 'curve25519', config: { v6Keys: true } });
    expect(key.keyPacket.version).toBe(6);
    await refused(await detached(key), 'signature_unsupported');
  });

  test('a critical notation is refused', async () => {
    const notation = { name: 'a@b.example', value: Buffer.of(1), humanReadable: false, critical: true };
    const body = await bodyBy(factory.keyPacket, { rawNotations: [notation] });
    await refused(packet(tag.signature, body), 'signature_unsupported');
  });
});

describe('the key that signed', () => {
  test('must be one of the pinned ones', async () => {
    const other = await makeKey(signing);
    await refused(await detached(other), 'signature_key_unknown');
    await refused(signature, 'signature_key_unknown', { keys: [] });
  });

  test('must be the current one', async () => {
    const successor = await makeKey(signing);
    const keys = [pin(factory, 'replaced'), pin(successor)];
    await refused(signature, 'signature_key_replaced', { keys });
    expect(await verify(await detached(successor), { keys })).toMatchObject({
      fingerprint: successor.getFingerprint().toUpperCase(),
    });
  });

  test('may have replaced an earlier form of itself', async () => {
    const { privateKey } = await reformatKey({
      privateKey: factory,
      userIDs: { name: 'Moved' },
      date: now,
      format: 'object',
    });
    const keys = [pin(factory, 'replaced'), pin(privateKey)];
    expect(await verify(signature, { keys })).toEqual({ fingerprint, made: now });
  });

  test('must have signed itself: its id alone is worth nothing', async () => {
    const thief = await makeKey({ curve: 'nistP256' });
    const named = (part: PrivateKey['keyPacket']) => ({
      getKeyID: { value: () => part.getKeyID() },
      getFingerprintBytes: { value: () => Buffer.from(part.getFingerprint(), 'hex') },
    });
    const honest = packet(
      tag.signature,
      await bodyBy(Object.create(thief.keyPacket, named(thief.keyPacket))),
    );
    expect(await verify(honest, { keys: [pin(thief)] })).toMatchObject({ made: now });
    const forged = await bodyBy(Object.create(thief.keyPacket, named(factory.keyPacket)));
    await refused(packet(tag.signature, forged), 'signature_wrong');
  });

  test('must be made to sign', async () => {
    const key = await makeKey({ type: 'rsa', rsaBits: 2048, subkeys: [{}] });
    const body = await bodyBy(key.subkeys[0]?.keyPacket ?? key.keyPacket);
    await refused(packet(tag.signature, body), 'pgp_key_cannot_sign', { keys: [pin(key)] });
  });

  test('must be older than what it signed', async () => {
    const body = await bodyBy(factory.keyPacket, { date: new Date(earlier.getTime() - 1000) });
    await refused(packet(tag.signature, body), 'signature_misdated');
  });
});

describe('the date', () => {
  test.each<[string, OpenPgpErrorCode | null, number, Partial<SignaturePacket>]>([
    ['further ahead than a clock may be', 'signature_misdated', 301, {}],
    ['ahead by as much as a clock may be', null, 300, {}],
    ['of this second', null, 0, {}],
    ['with an end that is now', 'signature_expired', -60, { signatureExpirationTime: 60 }],
    ['with an end to come', null, -60, { signatureExpirationTime: 61 }],
  ])('%s: %s', async (_, code, seconds, properties) => {
    const date = new Date(now.getTime() + seconds * 1000);
    const bytes = packet(tag.signature, await bodyBy(factory.keyPacket, { date, ...properties }));
    if (code !== null) await refused(bytes, code);
    else expect(await verify(bytes)).toEqual({ fingerprint, made: date });
  });
});
