import { ErasableError } from './errors.ts';
import type { Keyring } from './keyring.ts';
import { parseMirror } from './keyring-mirror.ts';
import { openKeysOf } from './keyring-open.ts';
import type { KeyId, KeyringRows, RingRows } from './keyring-rows.ts';
import type { RootId } from './root-slot.ts';

/** What must be found true before an old root may go. */
export interface ExpectedRing {
  /** The root that everything must open under. */
  readonly epoch: RootId;
  /** Keys to open besides all bucket keys: those that the change wrote. */
  readonly keys: readonly KeyId[];
}

/**
 * Proves that the ring in the database opens under the expected root: every bucket key, and the keys named. Read-only;
 * give it rows of a fresh connection, so that it sees what is committed. Throws `ring_moved` when the ring is at
 * another epoch, `ring_damaged` for what does not open, and what the slot throws when it does not answer.
 */
export async function verifyRing(keyring: Keyring, rows: KeyringRows, expected: ExpectedRing): Promise<void> {
  await verifyRows(keyring, await rows.snapshot(expected.keys), expected);
}

/** The same proof for the bytes of a mirror, as the object store gave them back; `mirror_malformed` for others. */
export async function verifyMirror(
  keyring: Keyring,
  mirror: Uint8Array,
  expected: ExpectedRing,
): Promise<void> {
  await verifyRows(keyring, parseMirror(mirror), expected);
}

async function verifyRows(keyring: Keyring, rows: RingRows, expected: ExpectedRing): Promise<void> {
  if (rows.ring !== keyring.ring)
    throw new ErasableError('ring_mismatch', `these rows are of the ring ${rows.ring}`);
  if (rows.epoch !== expected.epoch) {
    throw new ErasableError(
      'ring_moved',
      `the ring ${rows.ring} is at epoch ${rows.epoch}, not ${expected.epoch}`,
    );
  }
  await using root = await keyring.slot.open(expected.epoch);
  try {
    await openKeysOf(rows, root, expected.keys);
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    throw new ErasableError('ring_damaged', `the ring ${rows.ring} does not open under root ${rows.epoch}`, {
      cause,
    });
  }
}

function isDamage(fault: unknown): boolean {
  if (!(fault instanceof ErasableError)) return false;
  return ['seal_not_authentic', 'key_absent', 'key_malformed', 'ring_damaged'].includes(fault.code);
}
