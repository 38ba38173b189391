import { generateKey } from 'openpgp';

/** The demo's factory makes its OpenPGP key as any factory would; without a passphrase, since it protects nothing. */
export async function makeFactoryKey(): Promise<{ secretKey: string; publicKey: string }> {
  const { privateKey, publicKey } = await generateKey({
    type: 'rsa',
    rsaBits: 3072,
    userIDs: [{ name: 'Demo factory' }],
    format: 'armored',
  });
  return { secretKey: privateKey, publicKey };
}
