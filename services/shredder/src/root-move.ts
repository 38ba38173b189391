import { serviceActor } from '@seedlot/domain';
import { ErasableError, Keyring, type RingName, type RootSlot, recoverRing } from '@seedlot/erasable';
import {
  beginRootMove,
  completeRootMove,
  type Ledger,
  latestRootMove,
  lockRing,
  type NamedSlot,
  noteMovedRoot,
  type RootMove,
} from '@seedlot/ledger';
import type { ObjectStore } from '@seedlot/object-store';
import { mirrorWhole } from './mirror-whole.ts';
import { awaitOlderLeases } from './older-leases.ts';
import type { Ring, ShredParts } from './parts.ts';

const shredder = serviceActor('shredder');

export interface RootMoveParts {
  readonly ledger: Ledger;
  /** Both rings; the one that moves is on the slot that it leaves. */
  readonly rings: ShredParts['rings'];
  readonly objects: ObjectStore;
  readonly ring: RingName;
  readonly from: NamedSlot;
  readonly to: NamedSlot & { readonly slot: RootSlot };
  /** Those parts of the new slot that the old one does not have. */
  readonly added: readonly RootSlot[];
}

/**
 * Moves a ring from one root slot to another, and opens no seed for it: bucket keys are sealed under a new root in the new
 * slot, by the protocol of every rotation, and the old roots are destroyed when all is proved to open without them. Each
 * step commits for itself and is found done when the move is run again, after a crash between any two of them. Nothing may
 * run on the old slot meanwhile; what does finds no root of the new epoch, and fails.
 */
export async function moveRoot(parts: RootMoveParts, signal: AbortSignal): Promise<RootMove> {
  const intent = await begin(parts);
  if (intent.completed) return intent;
  const move = await rotateInto(parts, intent);
  await destroyOldRoots(parts, signal);
  await parts.ledger.commit(shredder, effect => completeRootMove(effect, move));
  return move;
}

async function begin(parts: RootMoveParts): Promise<RootMove> {
  const { ledger, ring, from, to } = parts;
  const last = await latestRootMove(ledger, ring);
  if (last?.from.address === from.address && last.to.address === to.address) return last;
  await assertEmpty(parts);
  return ledger.commit(shredder, async effect => {
    await lockRing(effect, ring, 'exclusive');
    return beginRootMove(effect, ring, from, to);
  });
}

/** What is in a slot that this ring never used belongs to somebody else, and would be destroyed as left over. */
async function assertEmpty({ added, to }: RootMoveParts): Promise<void> {
  for (const slot of added) {
    const roots = await slot.list();
    if (roots.length === 0) continue;
    const message = `the slot ${to.address} has ${roots.length} roots of another ring or installation`;
    throw new ErasableError('slot_damaged', message);
  }
}

/** One transaction, which a second run of the same move finds committed. */
async function rotateInto({ ledger, rings, ring, to }: RootMoveParts, intent: RootMove): Promise<RootMove> {
  return ledger.commit(shredder, async effect => {
    const locked = await lockRing(effect, ring, 'exclusive');
    const move = await latestRootMove(effect, ring);
    if (move?.id !== intent.id)
      throw new ErasableError('ring_moved', `${intent.id} was ended by another process`);
    if (move.root !== null) return move;
    const root = await rings[ring].keyring.moveTo(to.slot, locked);
    await noteMovedRoot(effect, move, root);
    return { ...move, root };
  });
}

/** First of the new slot what crashed attempts have left, then all that the old one has: see `recoverRing`. */
async function destroyOldRoots(parts: RootMoveParts, signal: AbortSignal): Promise<void> {
  const { ledger, objects, ring: name, to } = parts;
  const { slot: old } = parts.rings[name].keyring;
  const listed = await old.list();
  const moved: Ring = { ...parts.rings[name], keyring: new Keyring(name, to.slot) };
  const rings = { ...parts.rings, [name]: moved };
  const { epoch } = await recoverRing(moved.keyring, moved.store, async current => {
    await mirrorWhole({ ledger, objects, rings }, name, current);
    await awaitOlderLeases(ledger, name, current, signal);
  });
  for (const id of listed) if (id !== epoch) await old.destroy(id);
}
