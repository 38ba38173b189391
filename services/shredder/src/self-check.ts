import { verifyRing } from '@seedlot/erasable';
import type { RootChange } from '@seedlot/ledger';
import { ShredderError } from './errors.ts';
import type { Ring } from './parts.ts';

/** One ring as a process finds it that took no part in the shred. */
export interface CheckedRing extends Ring {
  /** The root changes of the shreds that are to be completed. */
  readonly changes: readonly RootChange[];
}

/** Every root that the shreds ended is gone, and the ring opens whole under its present one. Throws `self_check_failed`. */
export async function checkRing({ keyring, store, changes }: CheckedRing): Promise<void> {
  const roots = await keyring.slot.list();
  const left = changes.map(change => change.from).filter(id => roots.includes(id));
  if (left.length > 0) {
    throw new ShredderError(
      'self_check_failed',
      `Roots ${left.join(', ')} of the ring ${store.ring} still exist`,
    );
  }
  const { epoch, keys } = await store.snapshot('all');
  await verifyRing(keyring, store, { epoch, keys: keys.map(key => key.id) });
}
