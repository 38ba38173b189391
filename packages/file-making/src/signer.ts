import type { Keyring } from '@seedlot/erasable';
import { type Reader, readKeyring, readVendorKey } from '@seedlot/ledger';
import { openSigningKey, type Signer } from '@seedlot/openpgp';
import { FileMakingError } from './errors.ts';

/** The vendor's signer, for one step: dispose it. Throws `signing_key_missing`. */
export async function openSigner(ledger: Reader, seedsRing: Keyring): Promise<Signer> {
  const vendorKey = await readVendorKey(ledger);
  if (vendorKey === null) {
    throw new FileMakingError(
      'signing_key_missing',
      'There is no signing key: the factory dispatcher makes it at its start',
    );
  }
  const key = await seedsRing.openKey(readKeyring(ledger, 'seeds'), vendorKey.keyId);
  const scalar = key.export();
  try {
    return await openSigningKey(vendorKey.publicKey, scalar);
  } finally {
    scalar.fill(0);
  }
}
