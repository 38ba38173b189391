import {
  ErasableError,
  parseMirror,
  type RingRows,
  type RootId,
  verifyMirror,
  verifyRing,
} from '@seedlot/erasable';
import type { ObjectStore } from '@seedlot/object-store';
import { mirrorName, type Ring, readWhole } from '@seedlot/shredder';
import { EmbeddedError } from '../errors.ts';

/** The root that a ring hangs on now, and, where the database is at another, the mirror that replaces its rows. */
export interface CurrentRoot {
  readonly from: RootId;
  readonly to: RootId;
  readonly mirror: RingRows | null;
}

/**
 * The highest root in the slot that opens all bucket keys, of the database or of its mirror: a higher one was never
 * committed, or never mirrored, and then nothing was destroyed for it. Throws `recovery_impossible` when none does, or
 * only an older one than the database's, whose shreds it would undo.
 */
export async function findCurrentRoot(ring: Ring, objects: ObjectStore): Promise<CurrentRoot> {
  const { keyring, store } = ring;
  const from = (await store.epoch()) ?? 0;
  const roots = await keyring.slot.list();
  if (from === 0 && roots.length === 0) return { from, to: from, mirror: null };
  for (const to of roots.toReversed()) {
    if (to < from) break;
    if (to === from && (await opens(() => verifyRing(keyring, store, { epoch: from, keys: [] })))) {
      return { from, to, mirror: null };
    }
    const mirror = await openMirror(ring, objects, to);
    if (mirror !== null) return { from, to, mirror };
  }
  const message =
    `the ring ${keyring.ring} is at root ${from} in the database and its slot has ${roots.join(', ') || 'none'}; ` +
    `none of them opens the database or has a mirror (${mirrorName(keyring.ring, roots.at(-1) ?? from)}): ` +
    'bring back the objects, or a newer backup of the database';
  throw new EmbeddedError('recovery_impossible', message);
}

async function openMirror({ keyring }: Ring, objects: ObjectStore, epoch: RootId): Promise<RingRows | null> {
  const name = mirrorName(keyring.ring, epoch);
  if ((await objects.size(name)) === null) return null;
  const bytes = await readWhole(objects, name);
  const mirror = parseMirror(bytes);
  const keys = mirror.keys.map(key => key.id);
  return (await opens(() => verifyMirror(keyring, bytes, { epoch, keys }))) ? mirror : null;
}

/** What does not open under this root may open under another; a slot that does not answer says nothing. */
async function opens(verify: () => Promise<void>): Promise<boolean> {
  try {
    await verify();
    return true;
  } catch (cause) {
    const damaged = ['ring_damaged', 'root_missing', 'root_damaged', 'mirror_malformed', 'ring_moved'];
    if (cause instanceof ErasableError && damaged.includes(cause.code)) return false;
    throw cause;
  }
}
