import { readRecipientKey } from '@seedlot/openpgp';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks, programPath } from '../setup/requirements.ts';
import { GpgHome } from './gpg-home.ts';
import { makeVendor, type Vendor } from './vendor-files.ts';

const fileName = 'lot Ω 7.csv';

/** Bytes of a literal packet's body before the content: format, name with its length, date. */
const header = 1 + 1 + Buffer.byteLength(fileName) + 4;

/** Around every power of two that a part of the packet could be. */
const borders = Array.from({ length: 13 }, (_, index) => 2 ** (index + 8) - header);
const lengths = [
  0,
  1,
  511,
  512,
  513,
  5_000_000,
  ...borders.flatMap(border => [border - 1, border, border + 1]),
];
const fewLengths = [0, 1, 100_000];

let home: GpgHome;
let vendor: Vendor;

describe.skipIf(lacks('gpg'))('gpg', () => {
  beforeAll(async () => {
    home = await GpgHome.create(programPath('gpg') ?? '');
    vendor = await makeVendor();
    await home.must(['--import'], vendor.publicKey);
    recipient = await makeRecipient('Curve25519', ['future-default', 'default', 'never']);
  });
  afterAll(() => home[Symbol.asyncDispose]());

  let recipient: string;

  test.each(lengths)('decrypts and verifies a file of %i bytes', length => expectRead(recipient, length));

  test.each<[string, string[], string[]?]>([
    ['RSA-2048', ['rsa2048', 'sign', 'never'], ['rsa2048', 'encrypt', 'never']],
    ['RSA-3072', ['rsa3072', 'sign', 'never'], ['rsa3072', 'encrypt', 'never']],
    ['RSA-4096 in one key', ['rsa4096', 'sign,encrypt', 'never']],
    ['P-256', ['nistp256', 'sign', 'never'], ['nistp256', 'encrypt', 'never']],
    ['P-384', ['nistp384', 'sign', 'never'], ['nistp384', 'encrypt', 'never']],
    ['P-521', ['nistp521', 'sign', 'never'], ['nistp521', 'encrypt', 'never']],
  ])('decrypts and verifies what is encrypted to %s', async (name, args, subkey) => {
    const key = await makeRecipient(name, args, subkey);
    for (const length of fewLengths) await expectRead(key, length);
  });

  test('reads the same file however the source was cut', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 300_000 }), async (sizes, length) => {
        const content = filled(length);
        const message = await vendor.write(recipient, content, { sizes });
        const { code, stdout } = await home.run(['--decrypt'], message);
        expect(code).toBe(0);
        expect(stdout.equals(content)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  test('finds AES-256 in version 1, nothing compressed, one recipient', async () => {
    const message = await vendor.write(recipient, filled(1000));
    const { stderr } = await home.run(['--verbose', '--decrypt'], message);
    expect(stderr).toMatch(/DECRYPTION_INFO 2 9( 0)?\n/);
    expect(stderr.match(/\[GNUPG:\] ENC_TO/g)).toHaveLength(1);
    const packets = (await home.must(['--list-packets'], message)).toString();
    expect(packets).toContain('mdc_method: 2');
    expect(packets).not.toContain('compressed');
    expect(packets).toMatch(
      /:signature packet: algo 19, keyid [0-9A-F]{16}\n\tversion 4, .*\n\tdigest algo 8,/,
    );
  });

  test('sees the name and the date of the file', async () => {
    const date = new Date(Math.ceil(Date.now() / 1000) * 1000);
    const message = await vendor.write(recipient, filled(10), { fileName, date });
    const { stderr } = await home.run(['--decrypt'], message);
    const name = fileName.replaceAll(' ', '%20');
    expect(stderr).toContain(`[GNUPG:] PLAINTEXT 62 ${date.getTime() / 1000} ${name}\n`);
  });

  test('refuses a message with one byte changed, at every place', async () => {
    const message = await vendor.write(recipient, filled(100_000));
    const session = 2 + message.readUInt8(1);
    const places = [
      session + 10,
      session + 40,
      50_000,
      message.length - 100,
      message.length - 21,
      message.length - 1,
    ];
    for (const place of places) {
      const damaged = Buffer.from(message);
      damaged.writeUInt8(damaged.readUInt8(place) ^ 1, place);
      const { code, stderr } = await home.run(['--decrypt'], damaged);
      expect({ place, refused: code !== 0 }).toEqual({ place, refused: true });
      expect(stderr).not.toContain('[GNUPG:] DECRYPTION_OKAY');
    }
  });

  test('refuses a message that is cut off', async () => {
    const message = await vendor.write(recipient, filled(100_000));
    for (const length of [message.length - 1, 70_000, 40_000]) {
      const { code, stderr } = await home.run(['--decrypt'], message.subarray(0, length));
      expect(code).not.toBe(0);
      expect(stderr).not.toContain('[GNUPG:] DECRYPTION_OKAY');
    }
  });

  test('finds that the vendor key can sign and certify, and nothing else', async () => {
    const listing = (await home.must(['--with-colons', '--list-keys', vendor.fingerprint])).toString();
    const [, , bits, algorithm, , , expires, , , , , capabilities] =
      /^pub:.*/m.exec(listing)?.[0].split(':') ?? [];
    expect([bits, algorithm, expires, capabilities]).toEqual(['256', '19', '', 'scSC']);
    expect(listing).not.toMatch(/^sub:/m);
  });
});

async function makeRecipient(name: string, args: string[], subkey?: string[]): Promise<string> {
  const fingerprint = await home.makeKey(name, args);
  if (subkey) await home.must(['--quick-add-key', fingerprint, ...subkey]);
  const text = await home.publicKey(fingerprint);
  return (await readRecipientKey(text, { mustSign: true, now: new Date() })).armored;
}

async function expectRead(recipient: string, length: number): Promise<void> {
  const content = filled(length);
  const { code, stdout, stderr } = await home.run(
    ['--decrypt'],
    await vendor.write(recipient, content, { fileName }),
  );
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout.equals(content)).toBe(true);
  expect(stderr).toContain(`[GNUPG:] VALIDSIG ${vendor.fingerprint} `);
  expect(stderr).toContain('[GNUPG:] DECRYPTION_OKAY');
  expect(stderr).toContain('[GNUPG:] GOODMDC');
}

function filled(length: number): Buffer {
  return Buffer.alloc(length, '1000000000001,3132333435363738393031323334353637383930\r\n');
}
