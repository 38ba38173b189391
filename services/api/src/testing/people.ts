import { type Product, ROLES } from '@seedlot/domain';
import { addCustomer, addFactory, addProduct, addStaff, type Ledger } from '@seedlot/ledger';
import type { Party } from '../routes/route.ts';

/** A token of each party, of a second factory and of a second customer. */
export type Tokens = Readonly<Record<Party | 'otherFactory' | 'otherCustomer', string>>;

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
const PINNED = { fingerprint: 'A'.repeat(40), publicKey: 'not read by the ledger', expiresAt: null };

/** A product, the factories acme and bolt, the customers globex and hooli, and one member of staff for each role. */
export async function furnish(ledger: Ledger): Promise<Tokens> {
  return ledger.commit('service:api', async effect => {
    const tokens = new Map<string, string>();
    for (const role of ROLES) tokens.set(role, (await addStaff(effect, { name: role, role })).token);
    await addProduct(effect, PRODUCT);
    const { token: factory } = await addFactory(effect, {
      factory: 'acme',
      seedEncoding: 'hex',
      key: PINNED,
    });
    const other = await addFactory(effect, { factory: 'bolt', seedEncoding: 'base32', key: PINNED });
    const { token: customer } = await addCustomer(effect, { customer: 'globex', key: PINNED });
    const third = await addCustomer(effect, { customer: 'hooli', key: PINNED });
    const token = (role: string) => tokens.get(role) ?? '';
    return {
      ops: token('ops'),
      approver: token('approver'),
      compliance: token('compliance'),
      admin: token('admin'),
      factory,
      otherFactory: other.token,
      customer,
      otherCustomer: third.token,
    };
  });
}
