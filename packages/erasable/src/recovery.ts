import { ErasableError, type ErasableErrorCode } from './errors.ts';
import type { Keyring } from './keyring.ts';
import type { KeyringStore } from './keyring-rows.ts';
import { verifyRing } from './keyring-verify.ts';
import type { RootId } from './root-slot.ts';

/** What recovery did. */
export interface Recovery {
  readonly epoch: RootId;
  readonly destroyed: readonly RootId[];
}

/**
 * Destroys the roots that crashed rotations and shreds have left.
 *
 * The order is the safety. The roots are listed first: whoever made one of them has committed or failed by the time
 * that the exclusive lock is granted, so that a listed root which is not current then can never become so; a root
 * that a rotation makes later is not on the list. Only then `finishInterruptedShred` runs, without the lock: it
 * mirrors, checks, waits for leases on the old root, and must throw if any of it fails.
 *
 * Throws `ring_needs_recover`, and has destroyed nothing, unless the current root is in the slot and opens every
 * bucket: the database may have been put back to an older point, and the roots may be all that its mirror opens under.
 */
export async function recoverRing(
  keyring: Keyring,
  store: KeyringStore,
  finishInterruptedShred: (epoch: RootId) => Promise<void>,
): Promise<Recovery> {
  const listed = await keyring.slot.list();
  const epoch = await currentEpoch(keyring, store);
  await finishInterruptedShred(epoch);
  const destroyed = listed.filter(id => id !== epoch);
  for (const id of destroyed) await keyring.slot.destroy(id);
  return { epoch, destroyed };
}

async function currentEpoch(keyring: Keyring, store: KeyringStore): Promise<RootId> {
  try {
    return await store.transaction('exclusive', async ring => {
      if (ring.epoch > 0) await verifyRing(keyring, ring, { epoch: ring.epoch, keys: [] });
      return ring.epoch;
    });
  } catch (cause) {
    if (!(cause instanceof ErasableError) || !CONTRADICTIONS.includes(cause.code)) throw cause;
    const message = `the ring ${keyring.ring} and its slot contradict each other; run "seedlot recover"`;
    throw new ErasableError('ring_needs_recover', message, { cause });
  }
}

/** What no second try mends, unlike a slot or a database that does not answer. */
const CONTRADICTIONS: readonly ErasableErrorCode[] = [
  'ring_row_missing',
  'root_missing',
  'root_damaged',
  'ring_damaged',
];
