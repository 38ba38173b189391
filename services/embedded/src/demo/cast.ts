import { Client } from './client.ts';
import type { Disk } from './disks.ts';
import { makeOwnKey } from './own-key.ts';
import { PRODUCT } from './product.ts';

/** Everybody who takes part, each with a token of their own. */
export interface Cast {
  readonly ops: Client;
  readonly factory: Client;
  readonly customer: Client;
  readonly otherFactory: Client;
  readonly otherCustomer: Client;
}

/** The first admin lets ops in, ops add the product and the partners with the public keys that those have sent. */
export async function admit(
  admin: Client,
  url: string,
  disks: { factory: Disk; customer: Disk },
): Promise<Cast> {
  const admitted = async (path: string, body: unknown) => {
    const { token } = await admin.post<{ token: string }>(path, body);
    return new Client(url, token);
  };
  const factory = (name: string, publicKey: string) =>
    admitted('/factories', { factory: name, seedEncoding: 'hex', publicKey });
  const customer = (name: string, publicKey: string) => admitted('/customers', { customer: name, publicKey });
  const ops = await admitted('/staff', { name: 'Demo ops', role: 'ops' });
  await ops.post('/products', PRODUCT);
  const { publicKey: otherKey } = await makeOwnKey('Somebody else');
  return {
    ops,
    factory: await factory('acme', disks.factory.publicKey),
    customer: await customer('globex', disks.customer.publicKey),
    otherFactory: await factory('other', otherKey),
    otherCustomer: await customer('initech', otherKey),
  };
}
