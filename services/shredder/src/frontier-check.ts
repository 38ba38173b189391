import type { KeyObject } from 'node:crypto';
import {
  ErasableError,
  type IndexRange,
  type Keyring,
  type StoredFrontier,
  verifyFrontier,
} from '@seedlot/erasable';
import {
  atOneMoment,
  type KeyedFrontier,
  type Reader,
  readKeyring,
  readLivingSerials,
  readStoredFrontier,
} from '@seedlot/ledger';

/**
 * Proves of a lot's stored frontier that its living serials have their pads, and that nobody else has one. All of it is
 * read at one moment, so that no puncture looks like damage. Throws
 * `frontier_damaged` with the lot's id, also for living serials of a lot without keys.
 */
export async function checkFrontier(reader: Reader, keyring: Keyring, lot: string): Promise<void> {
  const hasKeys = await onFrontier(reader, keyring, lot, async ({ stored, key, living }) => {
    await assertPads(stored, key, living);
    return true;
  });
  if (hasKeys === null && (await readLivingSerials(reader, lot)).length > 0) {
    throw new ErasableError('frontier_damaged', `${lot} has living seeds and no keys`);
  }
}

export interface OpenableFrontier {
  readonly stored: KeyedFrontier;
  readonly key: KeyObject;
  readonly living: readonly IndexRange[];
}

/** Runs `work` on a lot's frontier, its key and the serials that should have a pad; null for a lot without keys. */
export function onFrontier<T>(
  reader: Reader,
  keyring: Keyring,
  lot: string,
  work: (frontier: OpenableFrontier) => Promise<T>,
): Promise<T | null> {
  return atOneMoment(reader, async snapshot => {
    const stored = await readStoredFrontier(snapshot, lot);
    if (stored === null) return null;
    const key = await keyring.openKey(readKeyring(snapshot, 'seeds'), stored.frontierKey);
    return work({ stored, key, living: await readLivingSerials(snapshot, lot) });
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
