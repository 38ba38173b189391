import { Keyring, openSealedFile } from '@seedlot/erasable';
import { listVendorKeys, readKeyring } from '@seedlot/ledger';
import { decrypt, type PrivateKey, readKey, readMessage } from 'openpgp';
import type { World } from './world.ts';

/** The OpenPGP message of a stored file, opened with the keys of today. */
export async function openStored(
  { ledger, objects, slots }: World,
  { keyId, objectName }: { keyId: string; objectName: string },
): Promise<Buffer> {
  const key = await new Keyring('files', slots.files).openKey(readKeyring(ledger, 'files'), keyId);
  const size = (await objects.size(objectName)) ?? 0;
  const source = { size, read: (range: { start: number; end: number }) => objects.read(objectName, range) };
  const attempt = objectName.slice(objectName.lastIndexOf('/') + 1);
  return Buffer.concat(await Array.fromAsync(openSealedFile(key, attempt, source)));
}

/** Decrypts with the recipient's key, and checks that the vendor signed. */
export async function decryptAndVerify(world: World, message: Uint8Array, key: PrivateKey): Promise<Buffer> {
  const [vendor] = await listVendorKeys(world.ledger);
  const { data, signatures } = await decrypt({
    message: await readMessage({ binaryMessage: message }),
    decryptionKeys: key,
    verificationKeys: await readKey({ armoredKey: vendor?.publicKey ?? '' }),
    expectSigned: true,
    format: 'binary',
  });
  await Promise.all(signatures.map(signature => signature.verified));
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
