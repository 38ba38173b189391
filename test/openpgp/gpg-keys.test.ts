import { type OpenPgpErrorCode, readRecipientKey } from '@seedlot/openpgp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks, programPath } from '../setup/requirements.ts';
import { GpgHome } from './gpg-home.ts';

const past = ['--faked-system-time', '20200101T000000'];
const future = ['--faked-system-time', `${new Date().getUTCFullYear() + 2}0101T000000`];
/** P-256 cannot sign over so short a hash. */
const sha1 = ['--cert-digest-algo', 'SHA1'];
const usual = ['rsa2048', 'sign', 'never'];

let home: GpgHome;
const read = async (key: Promise<string> | string, mustSign = true) =>
  readRecipientKey(await home.publicKey(await key), { mustSign, now: new Date() });

/** A new key of its own, by the arguments of --quick-generate-key, then a subkey for each of `subkeys`. */
const make = (name: string, args: string[], subkeys: string[][] = [], options: string[] = []) =>
  home.makeKeyWith(subkeys, name, args, options);

describe.skipIf(lacks('gpg'))('of the keys that gpg makes', () => {
  beforeAll(async () => {
    home = await GpgHome.create(programPath('gpg') ?? '');
  });
  afterAll(() => home[Symbol.asyncDispose]());

  test.each<[string, string[], string[][]?]>([
    ['RSA-2048', ['rsa2048', 'sign', 'never'], [['rsa2048', 'encrypt', 'never']]],
    ['RSA-3072', ['rsa3072', 'default', 'never'], [['rsa3072', 'encrypt', 'never']]],
    ['P-256', ['nistp256', 'default', 'never'], [['nistp256', 'encrypt', 'never']]],
    ['P-384', ['nistp384', 'default', 'never'], [['nistp384', 'encrypt', 'never']]],
    ['P-521', ['nistp521', 'default', 'never'], [['nistp521', 'encrypt', 'never']]],
    ['Curve25519', ['future-default', 'default', 'never']],
    ['RSA in one key', ['rsa2048', 'sign,encrypt', 'never']],
  ])('%s passes under its fingerprint', async (name, args, subkeys) => {
    const fingerprint = await make(name, args, subkeys);
    expect(await read(fingerprint)).toMatchObject({ fingerprint, encryptionKeyExpires: null });
  });

  test('one with an end passes with the end of its encryption subkey', async () => {
    const key = await make('ending', ['nistp256', 'default', '3y'], [['nistp256', 'encrypt', '1y']]);
    const { encryptionKeyExpires } = await read(key);
    const days = ((encryptionKeyExpires?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(364);
    expect(days).toBeLessThan(367);
  });

  test('one that cannot sign passes where nobody has to', async () => {
    const key = await make('silent', ['nistp256', 'cert', 'never'], [['nistp256', 'encrypt', 'never']]);
    expect(await read(key, false)).toMatchObject({ fingerprint: key });
    await expect(read(key, true)).rejects.toMatchObject({ code: 'pgp_key_cannot_sign' });
  });

  const encryption = (...args: string[]) => [[...args, 'encrypt', 'never']];
  const refused: [string, OpenPgpErrorCode, (name: string) => Promise<string>][] = [
    [
      'expired',
      'pgp_key_expired',
      name => make(name, ['nistp256', 'default', '1y'], encryption('nistp256'), past),
    ],
    ['subkey expired', 'pgp_key_expired', name => make(name, usual, [['nistp256', 'encrypt', '1y']], past)],
    ['revoked', 'pgp_key_revoked', name => revoked(name, [])],
    ['revoked over SHA-1', 'pgp_key_revoked', name => revoked(name, [], sha1)],
    ['subkey revoked', 'pgp_key_revoked', name => revoked(name, ['key 1'])],
    ['subkey revoked over SHA-1', 'pgp_key_revoked', name => revoked(name, ['key 1'], sha1)],
    ['signing only', 'pgp_key_cannot_encrypt', name => make(name, ['nistp256', 'sign', 'never'])],
    ['dated ahead', 'pgp_key_in_future', name => make(name, usual, encryption('nistp256'), future)],
    ['signed over SHA-1', 'pgp_key_weak_hash', name => make(name, usual, encryption('rsa2048'), sha1)],
    ['bound over SHA-1', 'pgp_key_weak_hash', name => boundOverSha1(name)],
    ['RSA-1024', 'pgp_key_weak', name => make(name, ['rsa1024', 'sign,encrypt', 'never'])],
    ['RSA-1024 subkey', 'pgp_key_weak', name => make(name, usual, encryption('rsa1024'))],
    ['DSA', 'pgp_key_weak', name => make(name, ['dsa2048', 'default', 'never'])],
    ['secp256k1', 'pgp_key_unsupported', name => make(name, ['secp256k1', 'default', 'never'])],
    ['secp256k1 subkey', 'pgp_key_unsupported', name => make(name, usual, encryption('secp256k1'))],
    ['brainpool', 'pgp_key_unsupported', name => make(name, ['brainpoolP256r1', 'default', 'never'])],
    ['brainpool subkey', 'pgp_key_unsupported', name => make(name, usual, encryption('brainpoolP384r1'))],
  ];
  test.each(refused)('%s is refused with %s', async (name, code, key) => {
    await expect(read(key(name))).rejects.toMatchObject({ name: 'OpenPgpError', code });
  });

  test('a revoked subkey does no harm where another one is good', async () => {
    const key = await revoked('renewed', ['key 1']);
    await home.must(['--quick-add-key', key, 'cv25519', 'encrypt', 'never']);
    const pinned = await read(key);
    const [, , replacement = ''] = await home.fingerprints(key);
    const listing = await home.must(['--with-colons', '--show-keys'], pinned.armored);
    expect(
      listing
        .toString()
        .match(/^sub:.*/gm)
        ?.map(line => line.split(':')[4]),
    ).toEqual([replacement.slice(-16)]);
  });

  test('a secret key is refused', async () => {
    const key = await make('secret', usual, encryption('nistp256'));
    const secret = await home.must(['--armor', '--export-secret-keys', key]);
    await expect(readRecipientKey(secret, { mustSign: true, now: new Date() })).rejects.toMatchObject({
      code: 'pgp_key_secret',
    });
  });

  test('a keyring of two is refused, armored or not', async () => {
    const keys = [await make('first', usual), await make('second', usual)];
    for (const format of [['--armor'], []]) {
      const both = await home.must([...format, '--export', ...keys]);
      const refusal = readRecipientKey(both, { mustSign: false, now: new Date() });
      await expect(refusal).rejects.toMatchObject({ code: 'pgp_key_several' });
    }
  });
});

/** Revokes what `select` names of a new key: nothing selected is the whole key. */
async function revoked(name: string, select: string[], options: string[] = []): Promise<string> {
  const key = await make(name, usual, [['rsa2048', 'encrypt', 'never']]);
  await home.dialogue([...options, '--edit-key', key], [...select, 'revkey', 'y', '0', '', 'y', 'save']);
  return key;
}

/** The key itself is sound, the binding of its encryption subkey is not. */
async function boundOverSha1(name: string): Promise<string> {
  const key = await make(name, usual);
  await home.must([...sha1, '--quick-add-key', key, 'nistp256', 'encrypt', 'never']);
  return key;
}
