import type { KeyringStore, RingName, RootId, RootSlot } from '@seedlot/erasable';
import type { ObjectStore } from '@seedlot/object-store';
import { mirrorFolder } from './mirror.ts';

/** A ring and its roots, as they are at this moment. */
export interface RootStatus {
  readonly ring: RingName;
  /** The root that everything opens under; 0 before the first start. */
  readonly epoch: RootId;
  readonly currentRootPresent: boolean;
  /** Roots in the slot that are not current: of a shred or a move under way, or of one that was interrupted. */
  readonly otherRoots: readonly RootId[];
  /** The highest id that was ever used in this slot. */
  readonly highWater: RootId;
  /** Names of the ring's mirrors in the object store, oldest first. */
  readonly mirrors: readonly string[];
}

/** Only looks. Throws what keeps the slot from answering. */
export async function rootStatus(
  store: Pick<KeyringStore, 'ring' | 'epoch'>,
  slot: RootSlot,
  objects: ObjectStore,
): Promise<RootStatus> {
  const epoch = (await store.epoch()) ?? 0;
  const roots = await slot.list();
  return {
    ring: store.ring,
    epoch,
    currentRootPresent: roots.includes(epoch),
    otherRoots: roots.filter(id => id !== epoch),
    highWater: await slot.highWater(),
    mirrors: (await Array.fromAsync(objects.list(mirrorFolder(store.ring)))).sort(),
  };
}
