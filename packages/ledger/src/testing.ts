import { createDatabase, type ServiceRole } from '@seedlot/database';
import { createTestDatabase, type TestDatabase } from '@seedlot/database/testing';
import type { Product } from '@seedlot/domain';
import type { Knock } from './effect.ts';
import { addFirstAdmin, addStaff, Ledger } from './index.ts';
import { addCustomer, addFactory } from './partners.ts';
import { addProduct } from './products.ts';

/** A ledger on a database of its own, its knocks kept in a list instead of a queue. */
export interface TestLedger {
  readonly database: TestDatabase;
  readonly knocks: Knock[];
  /** The ledger as the database's owner; every right. */
  readonly ledger: Ledger;
  /** The ledger with one service's rights. */
  as(role: ServiceRole): Ledger;
  drop(): Promise<void>;
}

export async function createTestLedger(): Promise<TestLedger> {
  const database = await createTestDatabase();
  const knocks: Knock[] = [];
  const open = (pool: TestDatabase['pool']) =>
    new Ledger({
      database: createDatabase(pool),
      doorbell: { knock: async knock => void knocks.push(knock) },
      onLostKnock: (_, cause) => {
        throw cause;
      },
    });
  return {
    database,
    knocks,
    ledger: open(database.pool),
    as: role => open(database.asRole(role)),
    drop: () => database.drop(),
  };
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

/** A key that nothing encrypts to: the ledger stores keys, it does not read them. */
export const PINNED = { fingerprint: 'A'.repeat(40), publicKey: 'not read by the ledger', expiresAt: null };

/** Staff, one product, one factory, one customer; resolves to the actor id of ops. */
export async function furnish(ledger: Ledger): Promise<string> {
  const admin = await ledger.commit('service:api', addFirstAdmin);
  const { staff } = await ledger.commit(admin?.staff ?? 'staff-000001', effect =>
    addStaff(effect, { name: 'ops', role: 'ops' }),
  );
  await ledger.commit(staff, async effect => {
    await addProduct(effect, PRODUCT);
    await addFactory(effect, { factory: 'acme', seedEncoding: 'hex', key: PINNED });
    await addCustomer(effect, { customer: 'globex', key: PINNED });
  });
  return staff;
}
