import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '@seedlot/database';
import { createTestDatabase, type TestDatabase } from '@seedlot/database/testing';
import type { Product } from '@seedlot/domain';
import { FileRootSlot, Keyring, type RingName, type RootSlot, startRing } from '@seedlot/erasable';
import {
  addCustomer,
  addFactory,
  addProduct,
  addStaff,
  cancelOrder,
  Ledger,
  type PinnedKey,
  PostgresKeyringStore,
  placeOrder,
} from '@seedlot/ledger';
import { FolderObjectStore, type ObjectStore } from '@seedlot/object-store';
import { readRecipientKey } from '@seedlot/openpgp';
import { generateKey, type PrivateKey } from 'openpgp';

/** What outlives every process: a database, an object store, two root slots; and the factory and a customer with their keys. */
export interface World {
  readonly database: TestDatabase;
  readonly objects: ObjectStore;
  readonly slots: Readonly<Record<RingName, RootSlot>>;
  /** Holds `objects` and `slots`, as folders. */
  readonly folder: string;
  readonly factoryKey: PrivateKey;
  readonly customerKey: PrivateKey;
  /** Every right, no doorbell: what a test does or looks up for itself. */
  readonly ledger: Ledger;
  readonly ops: string;
  /** The second person, who approves and confirms. */
  readonly approver: string;
  end(): Promise<void>;
}

export const PRODUCT: Product = {
  product: 'ex-totp-1',
  manufacturer: 'Example',
  model: 'EX-TOTP-1',
  oath: { type: 'totp', hash: 'sha1', digits: 6, period: 30 },
  seedLength: 20,
  serial: { prefix: '99', width: 11 },
  programmable: false,
  scrapLimitPercent: 5,
};

export async function createWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'seedlot world '));
  const database = await createTestDatabase();
  const ledger = new Ledger({
    database: createDatabase(database.pool),
    doorbell: { knock: async () => {} },
    onLostKnock: () => {},
  });
  const slots = {
    seeds: await FileRootSlot.at(join(folder, 'slots', 'seeds')),
    files: await FileRootSlot.at(join(folder, 'slots', 'files')),
  };
  for (const ring of ['seeds', 'files'] as const) {
    await startRing(new Keyring(ring, slots[ring]), new PostgresKeyringStore(ledger, ring));
  }
  const objects = await FolderObjectStore.open(join(folder, 'objects'));
  const [factoryKey, customerKey] = [await makeKey('Factory'), await makeKey('Customer')];
  const { ops, approver } = await furnish(ledger, factoryKey, customerKey);
  const end = async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
  return { database, objects, slots, folder, factoryKey, customerKey, ledger, ops, approver, end };
}

export async function makeKey(name: string): Promise<PrivateKey> {
  const { privateKey } = await generateKey({
    type: 'ecc',
    curve: 'curve25519Legacy',
    userIDs: [{ name }],
    format: 'object',
  });
  return privateKey;
}

async function furnish(
  ledger: Ledger,
  factoryKey: PrivateKey,
  customerKey: PrivateKey,
): Promise<Pick<World, 'ops' | 'approver'>> {
  const [factory, customer] = [
    await pinned(factoryKey.toPublic().armor()),
    await pinned(customerKey.toPublic().armor()),
  ];
  return ledger.commit('service:api', async effect => {
    const { staff: ops } = await addStaff(effect, { name: 'ops', role: 'ops' });
    const { staff: approver } = await addStaff(effect, { name: 'approver', role: 'approver' });
    await addProduct(effect, PRODUCT);
    await addFactory(effect, { factory: 'acme', seedEncoding: 'hex', key: factory });
    await addCustomer(effect, { customer: 'globex', key: customer });
    return { ops, approver };
  });
}

/** A public key as the API pins it. */
export async function pinned(publicKey: string, now = new Date()): Promise<PinnedKey> {
  const { fingerprint, armored, encryptionKeyExpires } = await readRecipientKey(publicKey, {
    mustSign: true,
    now,
  });
  return { fingerprint, publicKey: armored, expiresAt: encryptionKeyExpires };
}

/** Places an order through `ledger`, the world's own where left out. */
export function place(
  world: World,
  quantity: number,
  ledger = world.ledger,
): Promise<{ order: string; lot: string }> {
  const order = { product: PRODUCT.product, quantity, factory: 'acme', nonProduction: false };
  return ledger.commit(world.ops, effect => placeOrder(effect, order));
}

export async function cancel(world: World, order: string): Promise<void> {
  await world.ledger.commit(world.ops, effect => cancelOrder(effect, order));
}
