import { createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import { type SecretBytes, serviceActor } from '@seedlot/domain';
import type { Keyring } from '@seedlot/erasable';
import {
  type Ledger,
  lockRing,
  lockVendorKey,
  readKeyring,
  readVendorKey,
  storeVendorKey,
} from '@seedlot/ledger';
import { createSigningKey, openSigningKey, type Signer } from '@seedlot/openpgp';
import { DispatcherError } from './errors.ts';

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

/** The vendor's signer, for one step: dispose it. */
export async function openSigner({ ledger, seedsRing }: SigningParts): Promise<Signer> {
  const vendorKey = await readVendorKey(ledger);
  if (vendorKey === null)
    throw new DispatcherError('signing_key_missing', 'There is no signing key: it is made at the start');
  const key = await seedsRing.openKey(readKeyring(ledger, 'seeds'), vendorKey.keyId);
  const scalar = key.export();
  try {
    return await openSigningKey(vendorKey.publicKey, scalar);
  } finally {
    scalar.fill(0);
  }
}
