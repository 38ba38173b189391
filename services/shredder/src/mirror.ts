import {
  exportRing,
  type Keyring,
  type KeyringRows,
  mirroredRing,
  parseMirror,
  type RootId,
  verifyMirror,
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
 * Puts the ring's mirror into the object store and proves, from what the database and then the store give back, that
 * every key opens under the current root. Whatever does not throws, and the old roots stay. Since no mirror is ever
 * overwritten, one is proved before it is put: the ring may have moved on. What the store gives back is proved by being
 * the same bytes, or, where an earlier round wrote it, by itself. Resolves with the ring as the mirror has it.
 */
export async function mirrorRing(
  objects: ObjectStore,
  { keyring, store }: Ring,
  epoch: RootId,
): Promise<KeyringRows> {
  const name = mirrorName(keyring.ring, epoch);
  const mirror = await exportRing(store);
  await proveMirror(keyring, mirror, epoch);
  await putOnce(objects, name, chunk(mirror));
  const stored = await readWhole(objects, name);
  if (!stored.equals(mirror)) await proveMirror(keyring, stored, epoch);
  return mirroredRing(stored);
}

async function proveMirror(keyring: Keyring, mirror: Uint8Array, epoch: RootId): Promise<void> {
  await verifyMirror(keyring, mirror, { epoch, keys: parseMirror(mirror).keys.map(key => key.id) });
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
