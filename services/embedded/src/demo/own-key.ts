import { generateKey } from 'openpgp';

/** A partner of the demo makes its OpenPGP key as it would at home; without a passphrase, since it protects nothing. */
export async function makeOwnKey(name: string): Promise<{ secretKey: string; publicKey: string }> {
  const { privateKey, publicKey } = await generateKey({
    type: 'rsa',
    rsaBits: 3072,
    userIDs: [{ name }],
    format: 'armored',
  });
  return { secretKey: privateKey, publicKey };
}
