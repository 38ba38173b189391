import { ErasableError } from './errors.ts';
import type { Keyring } from './keyring.ts';
import type { KeyringStore } from './keyring-rows.ts';
import type { RootId } from './root-slot.ts';

/**
 * Makes a ring ready at the start of a process, and gives a new ring its first root; returns the epoch. Processes may
 * start at once. Refuses with `ring_row_missing` when the slot holds roots of a ring that the database does not know
 * (another database, or an empty one), with `ring_root_missing` when the slot lacks the root of the database's epoch
 * (another slot, or a database put back to an older point).
 */
export async function startRing(keyring: Keyring, store: KeyringStore): Promise<RootId> {
  if ((await store.epoch()) === null) await foundRing(keyring, store);
  if ((await store.epoch()) === 0) await makeFirstRoot(keyring, store);
  return store.transaction('shared', async ({ epoch }) => {
    await assertRoot(keyring, epoch);
    return epoch;
  });
}

/** The row is committed before the first root is made, so a root that was listed before has its row by now. */
async function foundRing(keyring: Keyring, store: KeyringStore): Promise<void> {
  const roots = await keyring.slot.list();
  if (roots.length > 0 && (await store.epoch()) === null) {
    const message = `the slot holds ${roots.length} roots of the ring ${keyring.ring}, which the database lacks`;
    throw new ErasableError('ring_row_missing', message);
  }
  await store.found();
}

async function makeFirstRoot(keyring: Keyring, store: KeyringStore): Promise<void> {
  await store.transaction('exclusive', async ring => {
    if (ring.epoch === 0) await keyring.rotate(ring, { erase: [], replace: [] });
  });
}

/** Under the shared lock no rotation can move the epoch on and take its root away meanwhile. */
async function assertRoot(keyring: Keyring, epoch: RootId): Promise<void> {
  try {
    await using _ = await keyring.slot.open(epoch);
  } catch (cause) {
    if (!(cause instanceof ErasableError) || cause.code !== 'root_missing') throw cause;
    const message = `the slot lacks root ${epoch}, at which the ring ${keyring.ring} is`;
    throw new ErasableError('ring_root_missing', message, { cause });
  }
}
