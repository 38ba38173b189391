import type { KeyObject } from 'node:crypto';
import {
  ErasableError,
  type IndexRange,
  type Keyring,
  type StoredFrontier,
  verifyFrontier,
} from '@seedlot/erasable';
import {
  type KeyedFrontier,
  type Ledger,
  readKeyring,
  readLivingSerials,
  readStoredFrontier,
} from '@seedlot/ledger';

/**
 * Proves of a lot's stored frontier that its living serials have their pads, and that nobody else has one. All of it is
 * read at one moment, so that no puncture looks like damage. Resolves with the living serials; null when the lot has no
 * keys (any more). Throws `frontier_damaged` with the lot's id.
 */
export function checkFrontier(
  ledger: Ledger,
  keyring: Keyring,
  lot: string,
): Promise<readonly IndexRange[] | null> {
  return atOneMoment(ledger, keyring, lot, async ({ stored, key, living }) => {
    await assertPads(stored, key, living);
    return living;
  });
}

export interface OpenableFrontier {
  readonly stored: KeyedFrontier;
  readonly key: KeyObject;
  readonly living: readonly IndexRange[];
}

/** Runs `work` on a lot's frontier, its key and the serials that should have a pad; null for a lot without keys. */
export function atOneMoment<T>(
  ledger: Ledger,
  keyring: Keyring,
  lot: string,
  work: (frontier: OpenableFrontier) => Promise<T>,
): Promise<T | null> {
  return ledger.snapshot(async reader => {
    const stored = await readStoredFrontier(reader, lot);
    if (stored === null) return null;
    const key = await keyring.openKey(readKeyring(reader, 'seeds'), stored.frontierKey);
    return work({ stored, key, living: await readLivingSerials(reader, lot) });
  });
}

/** Throws `frontier_damaged` unless just these serials have a pad. */
export async function assertPads(
  stored: StoredFrontier,
  key: KeyObject,
  living: readonly IndexRange[],
): Promise<void> {
  const padded = await verifyFrontier(stored, key);
  const same =
    padded.length === living.length &&
    padded.every(({ first, after }, at) => first === living[at]?.first && after === living[at]?.after);
  if (same) return;
  throw new ErasableError(
    'frontier_damaged',
    `the frontier of ${stored.shape.lot} has pads for other serials than those that live`,
  );
}
