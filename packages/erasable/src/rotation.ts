import { ErasableError } from './errors.ts';
import type { KeySource } from './keyring-keys.ts';
import type { KeyringTransaction } from './keyring-rows.ts';
import type { RootId, RootSlot } from './root-slot.ts';
import { planRotation, type RotationChange, type RotationPlan } from './rotation-plan.ts';
import { BucketResealer, type ResealedRows } from './rotation-reseal.ts';

/**
 * A rotation that stands once its transaction is committed. Until the root `from` is destroyed nothing is erased:
 * first every bucket must be proved to open under `to`, in the database and in the mirror. The root `to` of a
 * transaction that failed never becomes current, and recovery destroys it.
 */
export interface Rotation {
  /** 0 when this was the ring's first root. */
  readonly from: RootId;
  readonly to: RootId;
}

/** Where the root is that a rotation ends, and where the one that it begins is to be: as a rule one slot. */
export interface RotatedSlots {
  readonly from: RootSlot;
  readonly to: RootSlot;
}

/** Gives the ring a new root and every bucket that the change touches a new key; see `Keyring.rotate`. */
export async function rotate(
  slots: RotatedSlots,
  keys: KeySource,
  transaction: KeyringTransaction,
  change: RotationChange,
): Promise<Rotation> {
  assertExclusive(transaction);
  const plan = await planRotation(transaction, change);
  const rotation = { from: transaction.epoch, to: await createRoot(slots, transaction.epoch) };
  const resealed = await reseal(slots, keys, plan, rotation);
  await transaction.replace({ ...rotation, ...resealed, erased: [...plan.erased] });
  return rotation;
}

/**
 * The next id that neither slot has seen, so that none is ever used twice by a ring, whatever slots it was in: a mark is
 * above the epoch where an attempt failed after its `create`.
 */
async function createRoot({ from, to }: RotatedSlots, epoch: RootId): Promise<RootId> {
  const marks = [await to.highWater(), to === from ? 0 : await from.highWater()];
  const id = Math.max(epoch, ...marks) + 1;
  await to.create(id);
  return id;
}

async function reseal(
  slots: RotatedSlots,
  keys: KeySource,
  plan: RotationPlan,
  { from, to }: Rotation,
): Promise<ResealedRows> {
  if (from === 0) return { buckets: [], keys: [], emptied: [] };
  await using old = await slots.from.open(from);
  await using next = await slots.to.open(to);
  return await new BucketResealer(old, { id: to, handle: next }, keys, plan).all();
}

/** Under a shared lock an adder could seal under the old root what this rotation never sees. */
function assertExclusive({ lock, ring }: KeyringTransaction): void {
  if (lock === 'exclusive') return;
  throw new ErasableError('lock_not_exclusive', `the ring ${ring} rotates only under its exclusive lock`);
}
