import { createHash } from 'node:crypto';
import { currentFile, readDispatchOrder } from '@seedlot/ledger';
import { FactoryCsvReader } from '@seedlot/seed-files';
import { decryptAndVerify, openStored } from './stored-message.ts';
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
  const message = await openStored(world, { keyId, objectName });
  const plaintext = await decryptAndVerify(world, message, world.factoryKey);
  const receipt = createHash('sha256').update(plaintext).digest();
  return { file, message, receipt, seeds: await readSeeds(world, lot, plaintext) };
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
