import { ErasableError, Keyring, type RootSlot } from '@seedlot/erasable';
import { type Reader, readKeyring, readStoredFrontier } from '@seedlot/ledger';
import { OnlyRoot } from './read-only.ts';

/**
 * Whether the lot's keys, as the backup has them, open under any root that still exists: what whoever stole the backup
 * and took over the slot today could try. An answer of the slot other than "no" is thrown.
 */
export async function opensAsBackedUp(reader: Reader, slot: RootSlot, lot: string): Promise<boolean> {
  const stored = await readStoredFrontier(reader, lot);
  if (stored === null) return false;
  for (const root of await slot.list()) {
    try {
      await new Keyring('seeds', new OnlyRoot(slot, root)).openKey(
        readKeyring(reader, 'seeds'),
        stored.frontierKey,
      );
      return true;
    } catch (cause) {
      if (!(cause instanceof ErasableError && cause.code === 'seal_not_authentic')) throw cause;
    }
  }
  return false;
}
