import {
  exportRing,
  type KeyringRows,
  mirroredRing,
  parseMirror,
  type RootId,
  verifyMirror,
  verifyRing,
} from '@seedlot/erasable';
import { type ObjectStore, ObjectStoreError } from '@seedlot/object-store';
import type { Ring } from './parts.ts';

/** Mirrors are named by ring and epoch and never overwritten: the one of the slot's current root is always the truth. */
export function mirrorName(ring: string, epoch: RootId): string {
  return `${mirrorFolder(ring)}${epoch.toString().padStart(9, '0')}`;
}

/** What the names of all mirrors of a ring begin with. */
export function mirrorFolder(ring: string): string {
  return `mirror/${ring}/`;
}

/**
 * Puts the ring's mirror into the object store and proves, from what the store and a fresh connection give back, that
 * every key opens under the current root. Whatever does not throws, and the old roots stay. Since no mirror is ever
 * overwritten, one is proved before it is put, too: the ring may move on while it is exported. Resolves with the ring as
 * the mirror has it.
 */
export async function mirrorRing(
  objects: ObjectStore,
  { keyring, store }: Ring,
  epoch: RootId,
): Promise<KeyringRows> {
  const name = mirrorName(keyring.ring, epoch);
  const keys = (await store.snapshot('all')).keys.map(key => key.id);
  await verifyRing(keyring, store, { epoch, keys });
  const mirror = await exportRing(store);
  await verifyMirror(keyring, mirror, { epoch, keys });
  await putOnce(objects, name, chunk(mirror));
  const stored = await readWhole(objects, name);
  await verifyMirror(keyring, stored, { epoch, keys: parseMirror(stored).keys.map(key => key.id) });
  return mirroredRing(stored);
}

/** An earlier round may have written this mirror: it is checked like a new one, not replaced. */
export async function putOnce(
  objects: ObjectStore,
  name: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  try {
    await objects.put(name, bytes);
  } catch (cause) {
    if (!(cause instanceof ObjectStoreError && cause.code === 'object_exists')) throw cause;
  }
}

export async function readWhole(objects: ObjectStore, name: string): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(objects.read(name)));
}

export async function* chunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
