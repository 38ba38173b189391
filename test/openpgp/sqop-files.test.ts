import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecipientKey } from '@seedlot/openpgp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks, programPath } from '../setup/requirements.ts';
import { runProgram } from './run-program.ts';
import { makeVendor, type Vendor } from './vendor-files.ts';

describe.skipIf(lacks('sqop'))('sqop', () => {
  let folder: string;
  let vendor: Vendor;
  let recipient: string;
  const sqop = (args: string[], input?: string | Uint8Array) =>
    runProgram(programPath('sqop') ?? '', args, input);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sqop-'));
    vendor = await makeVendor();
    const secretKey = (await sqop(['generate-key', 'Factory'])).stdout;
    await writeFile(join(folder, 'secret.asc'), secretKey);
    await writeFile(join(folder, 'vendor.asc'), vendor.publicKey);
    const { stdout } = await sqop(['extract-cert'], secretKey);
    recipient = (await readRecipientKey(stdout, { mustSign: true, now: new Date() })).armored;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function decrypt(message: Uint8Array, verifications: string) {
    const check = [
      '--verify-with',
      join(folder, 'vendor.asc'),
      '--verifications-out',
      join(folder, verifications),
    ];
    return sqop(['decrypt', ...check, '--', join(folder, 'secret.asc')], message);
  }

  test.each([0, 1, 511, 512, 513, 32_768, 65_536, 1_000_000])(
    'decrypts and verifies %i bytes',
    async length => {
      const content = Buffer.alloc(length, 'serial,seed\n');
      const { code, stdout, stderr } = await decrypt(await vendor.write(recipient, content), `${length}.txt`);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stdout.equals(content)).toBe(true);
      expect(await readFile(join(folder, `${length}.txt`), 'utf8')).toContain(vendor.fingerprint);
    },
  );

  test('refuses a message with a byte changed', async () => {
    const message = await vendor.write(recipient, Buffer.alloc(1000));
    message.writeUInt8(message.readUInt8(message.length - 300) ^ 1, message.length - 300);
    expect((await decrypt(message, 'damaged.txt')).code).not.toBe(0);
  });
});
