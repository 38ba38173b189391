import { createHash } from 'node:crypto';
import { Keyring, openSealedFile } from '@seedlot/erasable';
import { currentFile, listVendorKeys, readDispatchOrder, readKeyring } from '@seedlot/ledger';
import { FactoryCsvReader } from '@seedlot/seed-files';
import { decrypt, readKey, readMessage } from 'openpgp';
import type { World } from './world.ts';

/** What the factory finds in its file. */
export interface Delivery {
  readonly file: string;
  /** The OpenPGP message as a download gives it. */
  readonly message: Buffer;
  /** SHA-256 of the decrypted file: the receipt. */
  readonly receipt: Buffer;
  /** Seeds in hex by the number of their serial, in the order of the file. */
  readonly seeds: ReadonlyMap<bigint, string>;
}

/** Opens a lot's stored file with the keys of today, decrypts it with the factory's key and checks who signed it. */
export async function fetchDelivery(world: World, lot: string): Promise<Delivery> {
  const { file, keyId, objectName } = await currentFile(world.ledger, lot);
  const ring = new Keyring('files', world.slots.files);
  const key = await ring.openKey(readKeyring(world.ledger, 'files'), keyId);
  const size = (await world.objects.size(objectName)) ?? 0;
  const source = {
    size,
    read: (range: { start: number; end: number }) => world.objects.read(objectName, range),
  };
  const attempt = objectName.slice(objectName.lastIndexOf('/') + 1);
  const message = Buffer.concat(await Array.fromAsync(openSealedFile(key, attempt, source)));
  const plaintext = await decryptAndVerify(world, message);
  const receipt = createHash('sha256').update(plaintext).digest();
  return { file, message, receipt, seeds: await readSeeds(world, lot, plaintext) };
}

async function decryptAndVerify(world: World, message: Uint8Array): Promise<Buffer> {
  const [vendor] = await listVendorKeys(world.ledger);
  const { data, signatures } = await decrypt({
    message: await readMessage({ binaryMessage: message }),
    decryptionKeys: world.factoryKey,
    verificationKeys: await readKey({ armoredKey: vendor?.publicKey ?? '' }),
    expectSigned: true,
    format: 'binary',
  });
  await Promise.all(signatures.map(signature => signature.verified));
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

async function readSeeds(world: World, lot: string, plaintext: Buffer): Promise<Map<bigint, string>> {
  const { serials, seedEncoding, shape } = await readDispatchOrder(world.ledger, lot);
  const seeds = new Map<bigint, string>();
  using csv = new FactoryCsvReader(
    { serials, encoding: seedEncoding, seedLength: shape.seedLength },
    (serial, seed) => {
      if (seeds.has(serial)) throw new Error(`serial ${serial} comes twice`);
      seeds.set(serial, Buffer.from(seed).toString('hex'));
    },
  );
  csv.push(plaintext);
  csv.end();
  return seeds;
}
