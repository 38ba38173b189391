import { createDecipheriv, createHash } from 'node:crypto';
import fc from 'fast-check';
import { decrypt, decryptSessionKeys, type PrivateKey, readKey, readMessage } from 'openpgp';
import { describe, expect, test } from 'vitest';
import { createSigningKey, encryptAndSign, openSigningKey, type Signer } from './index.ts';
import { tag } from './packet.ts';
import { PART_SIZE } from './partial-body.ts';
import { collect, earlier, makeKey, now, pieces, type ReadPacket, readPackets } from './testing.ts';

const fileName = 'Löt 7.csv';
const vendor = await createSigningKey({ name: 'Vendor', date: earlier });
const vendorKey = await readKey({ armoredKey: vendor.publicKey });
const signer = await openSigningKey(vendor.publicKey, vendor.secret.bytes);
const factory = await makeKey();
const recipient = factory.toPublic().armor();

/** Bytes of a literal data packet's body before the content: format, name with its length, date. */
const header = 1 + 1 + Buffer.byteLength(fileName) + 4;

function write(content: Uint8Array, options: { sizes?: number[]; recipient?: string; signer?: Signer } = {}) {
  const { sizes = [65_536], ...others } = options;
  return encryptAndSign({ recipient, signer, fileName, date: now, ...others }, pieces(content, sizes));
}

async function open(binaryMessage: Uint8Array, decryptionKeys: PrivateKey = factory) {
  const message = await readMessage({ binaryMessage });
  const options = { decryptionKeys, verificationKeys: vendorKey, expectSigned: true, date: now } as const;
  const { data, filename } = await decrypt({ message, ...options, format: 'binary' });
  return { content: Buffer.from(data as Uint8Array), filename };
}

/** The packets inside, found without openpgp.js but for the session key. */
async function inside(binary: Buffer, decryptionKeys: PrivateKey = factory): Promise<ReadPacket[]> {
  const message = await readMessage({ binaryMessage: binary });
  const [sessionKey] = await decryptSessionKeys({ message, decryptionKeys, date: now });
  expect(sessionKey?.algorithm).toBe('aes256');
  const cipher = createDecipheriv('aes-256-cfb', sessionKey?.data ?? '', Buffer.alloc(16));
  const sealed = readPackets(binary)[1]?.body ?? Buffer.alloc(0);
  return readPackets(cipher.update(sealed.subarray(1)).subarray(18));
}

describe('a file around every border', () => {
  const borders = [1, 2].flatMap(parts => [-1, 0, 1].map(step => parts * PART_SIZE - header + step));
  test.each([0, 1, 511, 512, 513, ...borders, 3_000_000])(
    'of %i bytes is read and its signature holds',
    async length => {
      const content = Buffer.alloc(length, 'serial,seed\r\n');
      const file = write(content);
      const message = await collect(file.stream);
      const opened = await open(message);
      expect(opened.content.equals(content)).toBe(true);
      expect(opened.filename).toBe(fileName);
      expect(file.plaintextLength()).toBe(length);
      expect(file.plaintextDigest()).toEqual(createHash('sha256').update(content).digest());
    },
  );
});

test('however the source is cut, the same file arrives', async () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 100_000 })), {
    minLength: 1,
    maxLength: 5,
  });
  const file = fc.record({
    content: fc.uint8Array({ maxLength: 2000 }),
    repeat: fc.integer({ min: 1, max: 50 }),
    sizes,
  });
  await fc.assert(
    fc.asyncProperty(file, async ({ content, repeat, sizes }) => {
      const whole = Buffer.concat(Array(repeat).fill(content));
      const opened = await open(await collect(write(whole, { sizes }).stream));
      expect(opened.content.equals(whole)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test('pieces without bytes change nothing', async () => {
  async function* source() {
    for (const text of ['', 'a', '', '', 'b', '']) yield Buffer.from(text);
  }
  const file = encryptAndSign({ recipient, signer, fileName, date: now }, source());
  expect((await open(await collect(file.stream))).content.toString()).toBe('ab');
});

describe('the message', () => {
  const content = Buffer.alloc(3 * PART_SIZE, 'x');
  const message = collect(write(content).stream);

  test('is one session key of version 3 and one integrity protected packet of version 1', async () => {
    const packets = readPackets(await message);
    expect(packets.map(({ type, body }) => [type, body[0]])).toEqual([
      [1, 3],
      [tag.integrityProtectedData, 1],
    ]);
  });

  test('is so too for a key that asks for version 2', async () => {
    const modern = await makeKey({ type: 'curve25519', config: { aeadProtect: true } });
    const binary = await collect(write(content, { recipient: modern.toPublic().armor() }).stream);
    expect(readPackets(binary).map(({ body }) => body[0])).toEqual([3, 1]);
    expect((await open(binary, modern)).content.equals(content)).toBe(true);
  });

  test('comes in parts that RFC 9580 §4.2.1.4 allows, outside and inside', async () => {
    const packets = [...readPackets(await message), ...(await inside(await message))];
    const parted = packets.filter(({ parts }) => parts.length > 1);
    expect(parted.map(({ type }) => type)).toEqual([tag.integrityProtectedData, tag.literalData]);
    for (const { parts } of parted) expect(new Set(parts.slice(0, -1))).toEqual(new Set([PART_SIZE]));
    expect(PART_SIZE).toBeGreaterThanOrEqual(512);
  });

  test('holds a one-pass signature, the file, its signature and the digest of all that', async () => {
    const packets = await inside(await message);
    const { onePassSignature, literalData, signature, modificationDetectionCode } = tag;
    const types = [onePassSignature, literalData, signature, modificationDetectionCode];
    expect(packets.map(({ type }) => type)).toEqual(types);
    const [announced, literal, signed] = packets.map(({ body }) => body);
    const keyId = vendor.fingerprint.slice(-16).toLowerCase();
    expect(announced?.toString('hex')).toBe(`03000813${keyId}01`);
    expect(literal?.toString('latin1', 0, 1)).toBe('b');
    expect(literal?.readUInt32BE(header - 4)).toBe(now.getTime() / 1000);
    expect(signed?.toString('hex', 0, 4)).toBe('04001308');
  });

  test('has another session key each time', async () => {
    const again = await collect(write(content).stream);
    const [one, two] = [await message, again].map(binary =>
      readPackets(binary)[1]?.body.toString('hex', 0, 40),
    );
    expect(one).not.toBe(two);
  });

  test('with any one byte of its encrypted part changed is not read', async () => {
    const whole = await message;
    const start = whole.length - sealedLength(whole);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: start, max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          const damaged = Buffer.from(whole);
          damaged[at] = (damaged[at] ?? 0) ^ mask;
          await expect(open(damaged)).rejects.toThrow();
        },
      ),
      { numRuns: 50 },
    );
  });
});

/** Octets from the integrity protected packet's tag to the end. */
function sealedLength(message: Buffer): number {
  const [sessionKey] = readPackets(message);
  return message.length - 2 - (sessionKey?.body.length ?? 0);
}

test('what is known of the content before the end is refused', async () => {
  const file = write(Buffer.alloc(200_000));
  await file.stream.next();
  for (const ask of [file.plaintextDigest, file.plaintextLength]) {
    expect(ask).toThrow(expect.objectContaining({ name: 'OpenPgpError', code: 'message_unfinished' }));
  }
  await file.stream.return();
  expect(file.plaintextDigest).toThrow(expect.objectContaining({ code: 'message_unfinished' }));
});

describe('nothing of the source is read', () => {
  async function* untouchable(): AsyncGenerator<Uint8Array> {
    yield* [];
    throw new Error('the source was read');
  }
  const refuse = async (change: object) => {
    const file = { recipient, signer, fileName, date: now, ...change };
    await collect(encryptAndSign(file, untouchable()).stream);
  };

  test('for a key that has expired since', async () => {
    const expired = (await makeKey({ keyExpirationTime: 3600 })).toPublic().armor();
    await expect(refuse({ recipient: expired })).rejects.toMatchObject({ code: 'pgp_key_expired' });
  });

  test('for a secret key', async () => {
    await expect(refuse({ recipient: factory.armor() })).rejects.toMatchObject({ code: 'pgp_key_secret' });
  });

  test('with a disposed signer', async () => {
    const gone = await openSigningKey(vendor.publicKey, vendor.secret.bytes);
    gone[Symbol.dispose]();
    await expect(refuse({ signer: gone })).rejects.toMatchObject({ code: 'signer_disposed' });
  });

  test('before the signing key was made', async () => {
    const young = await createSigningKey({ name: 'Young', date: new Date(now.getTime() + 1000) });
    using early = await openSigningKey(young.publicKey, young.secret.bytes);
    await expect(refuse({ signer: early })).rejects.toMatchObject({ code: 'signing_key_in_future' });
  });

  test.each(['', 'a/b', 'a\\b', 'a\nb', '_CONSOLE', 'ü'.repeat(128)])('for the file name %j', async name => {
    await expect(refuse({ fileName: name })).rejects.toMatchObject({ code: 'file_name_invalid' });
  });
});
