import { randomUUID } from 'node:crypto';
import type { Keyring } from '../keyring.ts';
import { randomKeys } from '../keyring-keys.ts';
import { exportRing } from '../keyring-mirror.ts';
import type { KeyId, KeyKind, KeyringStore } from '../keyring-rows.ts';
import { verifyMirror, verifyRing } from '../keyring-verify.ts';
import { recoverRing } from '../recovery.ts';
import type { RootId } from '../root-slot.ts';
import type { RotationChange } from '../rotation-plan.ts';
import { fingerprint } from './adversary.ts';

/** The mirror of a ring in the object store: an object an epoch, never overwritten. */
export type Mirrors = Map<RootId, Uint8Array>;

/** The parts that a process works with, mortal or not. */
export interface Parts {
  readonly keyring: Keyring;
  readonly store: KeyringStore;
}

/** Adds a fresh key in a transaction of its own; returns its id and the fingerprint of its value. */
export async function addFreshKey(
  { keyring, store }: Parts,
  kind: KeyKind = 'page',
): Promise<{ id: KeyId; value: string }> {
  const [id, key] = [randomUUID(), randomKeys.draw()];
  await store.transaction('shared', ring => keyring.addKey(ring, { id, kind, key }));
  return { id, value: fingerprint(key) };
}

/** A shred as far as the ring goes: rotate, commit, mirror, prove, destroy the old root. */
export async function shredKeys(parts: Parts, mirrors: Mirrors, change: RotationChange): Promise<void> {
  const { keyring, store } = parts;
  const { from, to } = await store.transaction('exclusive', ring => keyring.rotate(ring, change));
  await finishShred(
    parts,
    mirrors,
    to,
    change.replace.map(({ id }) => id),
  );
  if (from > 0) await keyring.slot.destroy(from);
}

/** What a shred that died half-way still owes before its old root may go. */
export async function finishShred(
  { keyring, store }: Parts,
  mirrors: Mirrors,
  epoch: RootId,
  keys: readonly KeyId[] = [],
): Promise<void> {
  const mirror = mirrors.get(epoch) ?? (await exportRing(store));
  mirrors.set(epoch, mirror);
  await verifyRing(keyring, store, { epoch, keys });
  await verifyMirror(keyring, mirror, { epoch, keys });
}

/** What a process does at its start after another died. */
export async function recover(parts: Parts, mirrors: Mirrors): Promise<readonly RootId[]> {
  const { destroyed } = await recoverRing(parts.keyring, parts.store, epoch =>
    finishShred(parts, mirrors, epoch),
  );
  return destroyed;
}
