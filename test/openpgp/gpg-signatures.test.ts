import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  OpenPgpError,
  type OpenPgpErrorCode,
  openDetached,
  type PinnedKey,
  readRecipientKey,
  verifyDetached,
} from '@seedlot/openpgp';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks, programPath } from '../setup/requirements.ts';
import { GpgHome } from './gpg-home.ts';

const report = Buffer.from('lot,serial,result\nlot-000001,1000000000001,burned\n');
const DAY = 86_400_000;

let home: GpgHome;
let factory: string;

/** The options that let gpg live on another day. */
const on = (days: number) => {
  const stamp = new Date(Date.now() + days * DAY).toISOString().replace(/[-:]|\.\d+Z/g, '');
  return ['--faked-system-time', stamp, '--ignore-time-conflict'];
};
const sign = (key: string, content: Uint8Array = report, options: readonly string[] = []) =>
  home.must([...options, '--local-user', key, '--detach-sign'], content);
const pin = async (key: string, state: PinnedKey['state'] = 'current'): Promise<PinnedKey> => ({
  armored: await home.publicKey(key),
  state,
});
async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
const verify = async (signature: Uint8Array, keys: readonly PinnedKey[], content: Uint8Array = report) =>
  verifyDetached({ signature, keys, now: new Date() }, once(content));
const refused = async (
  code: OpenPgpErrorCode,
  signature: Uint8Array,
  keys?: readonly PinnedKey[],
  content = report,
) =>
  expect(verify(signature, keys ?? [await pin(factory)], content)).rejects.toMatchObject({
    name: 'OpenPgpError',
    code,
  });

/** A new key of its own, by the arguments of --quick-generate-key, then a subkey for each of `subkeys`. */
const make = (name: string, args: string[], subkeys: string[][] = [], options: string[] = []) =>
  home.makeKeyWith(subkeys, name, args, options);

describe.skipIf(lacks('gpg'))('of the signatures that gpg makes', () => {
  beforeAll(async () => {
    home = await GpgHome.create(programPath('gpg') ?? '');
    factory = await make('factory', ['rsa2048', 'sign', 'never'], [['rsa2048', 'encrypt', 'never']]);
  });
  afterAll(() => home[Symbol.asyncDispose]());

  test.each<[string, string[], string[][]?]>([
    ['RSA-2048', ['rsa2048', 'sign', 'never']],
    ['RSA-4096', ['rsa4096', 'sign', 'never']],
    ['Ed25519', ['ed25519', 'sign', 'never']],
    ['P-256', ['nistp256', 'sign', 'never']],
    ['P-384', ['nistp384', 'sign', 'never']],
    ['P-521', ['nistp521', 'sign', 'never']],
    ['an RSA subkey', ['rsa2048', 'cert', 'never'], [['rsa2048', 'sign', 'never']]],
    ['an Ed25519 subkey', ['ed25519', 'cert', 'never'], [['ed25519', 'sign', '1y']]],
    ['an Ed25519 subkey under RSA', ['rsa2048', 'cert', 'never'], [['ed25519', 'sign', 'never']]],
  ])('one by %s holds, armored or not', async (name, args, subkeys) => {
    const key = await make(name, args, subkeys);
    const keys = [await pin(key)];
    for (const format of [[], ['--armor']]) {
      for (const content of [report, Buffer.alloc(0), Buffer.alloc(100_000, '\r\n')]) {
        const { fingerprint, made } = await verify(await sign(key, content, format), keys, content);
        expect(fingerprint).toBe(key);
        expect(Math.abs(Date.now() - made.getTime())).toBeLessThan(DAY);
      }
    }
  });

  test.each(['SHA256', 'SHA384', 'SHA512'])('one over %s holds for a key as it is pinned', async hash => {
    const text = await home.publicKey(factory);
    const { armored } = await readRecipientKey(text, { mustSign: true, now: new Date() });
    const signature = await sign(factory, report, ['--digest-algo', hash]);
    expect(await verify(signature, [{ armored, state: 'current' }])).toMatchObject({ fingerprint: factory });
  });

  test('one holds however the file was cut', async () => {
    const content = Buffer.alloc(100_000, 'lot-000001,1000000000001,burned\n');
    const signature = await sign(factory, content);
    const keys = [await pin(factory)];
    const sizes = fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(sizes, async sizes => {
        const check = await openDetached({ signature, keys, now: new Date() });
        for (let at = 0, turn = 0; at < content.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          check.update(content.subarray(at, at + size));
          at += size;
        }
        expect(await check.verdict()).toMatchObject({ fingerprint: factory });
      }),
      { numRuns: 20 },
    );
  });

  test('one is refused when the file has one octet more, less or changed', async () => {
    const signature = await sign(factory);
    const changed = Buffer.from(report.toString().replace('burned', 'Burned'));
    for (const content of [changed, report.subarray(1), Buffer.concat([report, report]), Buffer.alloc(0)]) {
      await refused('signature_wrong', signature, undefined, content);
    }
  });

  test('one that is cut off anywhere is refused', async () => {
    const [binary, armored] = [await sign(factory), await sign(factory, report, ['--armor'])];
    const keys = [await pin(factory)];
    for (let length = 0; length < binary.length; length++) {
      await refused('signature_malformed', binary.subarray(0, length), keys);
    }
    const base64 = armored.indexOf('\n\n') + 2;
    for (const length of [0, 10, base64, base64 + 40, base64 + 65]) {
      await expect(verify(armored.subarray(0, length), keys)).rejects.toBeInstanceOf(OpenPgpError);
    }
  });

  const md5 = ['--digest-algo', 'MD5', '--allow-weak-digest-algos'];
  const alone = ['rsa2048', 'sign', 'never'];
  const made: [string, OpenPgpErrorCode, () => Promise<Uint8Array>][] = [
    ['two of them', 'signature_several', () => twice([])],
    ['two of them, armored', 'signature_several', () => twice(['--armor'])],
    ['one by two keys', 'signature_several', () => signByTwo()],
    ['one over text', 'signature_of_text', () => sign(factory, report, ['--textmode'])],
    ['a clear-signed file', 'signature_malformed', () => home.must(['--clear-sign'], report)],
    ['a signed message', 'signature_malformed', () => home.must(['--sign'], report)],
    ['an armored message', 'signature_malformed', () => home.must(['--armor', '--sign'], report)],
    ['a key', 'signature_malformed', async () => Buffer.from(await home.publicKey(factory))],
    ['one over SHA-1', 'signature_weak_hash', () => sign(factory, report, ['--digest-algo', 'SHA1'])],
    ['one over RIPEMD', 'signature_weak_hash', () => sign(factory, report, ['--digest-algo', 'RIPEMD160'])],
    ['one over MD5', 'signature_weak_hash', () => sign(factory, report, md5)],
    ['one over SHA-224', 'signature_unsupported', () => sign(factory, report, ['--digest-algo', 'SHA224'])],
    [
      'one with a critical notation',
      'signature_unsupported',
      () => sign(factory, report, ['--sig-notation', '!a@b.example=c']),
    ],
    [
      'one by another key',
      'signature_key_unknown',
      async () => sign(await make('other', ['ed25519', 'sign', 'never'])),
    ],
    ['one dated ahead', 'signature_misdated', () => sign(factory, report, on(1))],
    [
      'one dated before its key',
      'signature_misdated',
      () => sign(factory, report, [...on(-1), '--ignore-valid-from']),
    ],
  ];
  test.each(made)('%s is refused with %s', async (_, code, signature) => refused(code, await signature()));

  test('one that has ended is refused', async () => {
    const key = await make('long here', alone, [], on(-30));
    const ended = await sign(key, report, [...on(-20), '--default-sig-expire', '2d']);
    await refused('signature_expired', ended, [await pin(key)]);
    const lasting = await sign(key, report, [...on(-20), '--default-sig-expire', '40d']);
    expect(await verify(lasting, [await pin(key)])).toMatchObject({ fingerprint: key });
  });

  const subkey = [['rsa2048', 'sign', 'never']];
  const certifier = ['rsa2048', 'cert', 'never'];
  const lapsed: [string, OpenPgpErrorCode, (name: string) => Promise<string>][] = [
    ['has expired since', 'pgp_key_expired', name => make(name, ['rsa2048', 'sign', '5d'], [], on(-10))],
    [
      'is a subkey that has expired since',
      'pgp_key_expired',
      name => make(name, certifier, [['rsa2048', 'sign', '5d']], on(-10)),
    ],
    ['is of RSA-1024', 'pgp_key_weak', name => make(name, ['rsa1024', 'sign', 'never'], [], on(-10))],
    ['is of DSA', 'signature_unsupported', name => make(name, ['dsa2048', 'sign', 'never'], [], on(-10))],
    [
      'is of secp256k1',
      'pgp_key_unsupported',
      name => make(name, ['secp256k1', 'sign', 'never'], [], on(-10)),
    ],
    [
      'is of brainpool',
      'pgp_key_unsupported',
      name => make(name, ['brainpoolP256r1', 'sign', 'never'], [], on(-10)),
    ],
  ];
  test.each(lapsed)('one whose key %s is refused with %s', async (name, code, key) => {
    const fingerprint = await key(name);
    const signature = await sign(fingerprint, report, [...on(-8), '--digest-algo', 'SHA256']);
    await refused(code, signature, [await pin(fingerprint)]);
  });

  test.each([
    ['key', alone, [], []],
    ['subkey', certifier, subkey, ['key 1']],
  ])('one whose %s was revoked since is refused', async (name, args, subkeys, select) => {
    const key = await make(`revoked ${name}`, args, subkeys);
    const signature = await sign(key);
    expect(await verify(signature, [await pin(key)])).toMatchObject({ fingerprint: key });
    await home.dialogue(['--edit-key', key], [...select, 'revkey', 'y', '0', '', 'y', 'save']);
    await refused('pgp_key_revoked', signature, [await pin(key)]);
  });

  test('one by a key that was replaced is told from one by a stranger', async () => {
    const successor = await make('successor', ['ed25519', 'sign', 'never']);
    const keys = [await pin(factory, 'replaced'), await pin(successor)];
    await refused('signature_key_replaced', await sign(factory), keys);
    expect(await verify(await sign(successor), keys)).toMatchObject({ fingerprint: successor });
  });

  test('one from before the end of its key was moved still holds', async () => {
    const key = await make('moved', ['rsa2048', 'sign', '20d'], [], on(-10));
    const signature = await sign(key, report, on(-9));
    const before = await pin(key, 'replaced');
    await home.must(['--quick-set-expire', key, '2y']);
    expect(await verify(signature, [before, await pin(key)])).toMatchObject({ fingerprint: key });
  });

  test('one over 200 MB is checked without holding them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'));
    try {
      const path = join(folder, 'report.csv');
      await using file = await open(path, 'wx+');
      const part = Buffer.alloc(1_000_000, 'lot-000001,1000000000001,burned\n');
      for (let parts = 0; parts < 200; parts++) await file.write(part);
      const signature = await home.must(['--local-user', factory, '--output', '-', '--detach-sign', path]);
      const held = () => process.memoryUsage().arrayBuffers;
      const before = held();
      const check = await openDetached({ signature, keys: [await pin(factory)], now: new Date() });
      const room = Buffer.allocUnsafeSlow(65_536);
      let peak = 0;
      for (let position = 0; ; ) {
        const { bytesRead } = await file.read(room, 0, room.length, position);
        if (bytesRead === 0) break;
        check.update(room.subarray(0, bytesRead));
        position += bytesRead;
        peak = Math.max(peak, held());
      }
      expect(await check.verdict()).toMatchObject({ fingerprint: factory });
      expect(peak - before).toBeLessThan(20_000_000);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

async function twice(format: readonly string[]): Promise<Buffer> {
  return Buffer.concat([await sign(factory, report, format), await sign(factory, report, format)]);
}

async function signByTwo(): Promise<Buffer> {
  const second = await make('second', ['ed25519', 'sign', 'never']);
  return home.must(['--local-user', factory, '--local-user', second, '--detach-sign'], report);
}
