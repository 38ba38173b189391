import { createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import { type SecretBytes, serviceActor } from '@seedlot/domain';
import type { Keyring } from '@seedlot/erasable';
import { type Ledger, lockRing, lockVendorKey, readVendorKey, storeVendorKey } from '@seedlot/ledger';
import { createSigningKey } from '@seedlot/openpgp';

export interface SigningParts {
  readonly ledger: Ledger;
  readonly seedsRing: Keyring;
  /** User id of a signing key that has to be made. */
  readonly vendorName: string;
}

/** Makes the vendor's signing key where there is none; its private half goes into the seeds ring and nowhere else. */
export async function ensureSigningKey({ ledger, seedsRing, vendorName }: SigningParts): Promise<void> {
  if ((await readVendorKey(ledger)) !== null) return;
  await ledger.commit(serviceActor('factory-dispatcher'), async effect => {
    const keyring = await lockRing(effect, 'seeds', 'shared');
    await lockVendorKey(effect);
    if ((await readVendorKey(effect)) !== null) return;
    const { fingerprint, publicKey, secret } = await createSigningKey({ name: vendorName, date: effect.at });
    const keyId = randomUUID();
    await seedsRing.addKey(keyring, { id: keyId, kind: 'signing', key: takeKey(secret) });
    await storeVendorKey(effect, { fingerprint, publicKey, keyId });
  });
}

function takeKey(secret: SecretBytes): KeyObject {
  using taken = secret;
  return createSecretKey(taken.bytes);
}
