import type { KeyObject } from 'node:crypto';
import { rangeSize } from '@seedlot/domain';
import {
  ErasableError,
  Frontier,
  type IndexRange,
  type Keyring,
  type KeyringTransaction,
  type KeySource,
} from '@seedlot/erasable';
import {
  beginShredding,
  countLiving,
  dropLotKeys,
  type Effect,
  type KeyedFrontier,
  type LotSerials,
  type PuncturedFrontier,
  readStoredFrontier,
  storePuncture,
} from '@seedlot/ledger';

/** What a rotation of the seeds ring is to erase and to replace for one lot, and what is left of it. */
export interface Erasure extends LotSerials {
  /** Null where nothing of the lot lives on: then all of its keys go. */
  readonly left: LeftFrontier | null;
}

interface LeftFrontier extends PuncturedFrontier {
  readonly keyId: string;
  readonly key: KeyObject;
}

export interface ErasureParts {
  readonly effect: Effect;
  readonly keyring: Keyring;
  readonly ring: KeyringTransaction;
  readonly keys: KeySource;
}

/**
 * Works out, without a change to anything, how these serials of a lot are erased: by a puncture, or with the lot's keys
 * when none lives on, for which nothing need be opened. Throws `frontier_damaged`, with the lot's id, for a frontier that
 * does not open or has pads for other serials than those that live: it is left as it is.
 */
export async function planErasure(parts: ErasureParts, { lot, ranges }: LotSerials): Promise<Erasure> {
  const living = await countLiving(parts.effect, lot);
  const going = Number(ranges.reduce((sum, range) => sum + rangeSize(range), 0n));
  const stored = await readStoredFrontier(parts.effect, lot);
  if (living === going) return { lot, ranges, left: null };
  if (stored === null) throw new ErasableError('frontier_damaged', `${lot} has living seeds and no frontier`);
  const { firstSerial } = stored.shape;
  const punctured = ranges.map(({ first, after }) => {
    return { first: Number(first - firstSerial), after: Number(after - firstSerial) };
  });
  return { lot, ranges, left: await puncture(parts, stored, punctured, living - going) };
}

async function puncture(
  { keyring, ring, keys }: ErasureParts,
  stored: KeyedFrontier,
  punctured: readonly IndexRange[],
  staying: number,
): Promise<LeftFrontier> {
  const oldKey = await keyring.openKey(ring, stored.frontierKey);
  using frontier = Frontier.open(stored.shape, stored.version, stored.top, oldKey);
  const changed = await frontier.puncture(punctured, stored.load);
  if (frontier.livingCount !== staying) {
    const message = `${stored.shape.lot} has ${frontier.livingCount} pads left for ${staying} living serials`;
    throw new ErasableError('frontier_damaged', message);
  }
  const key = keys.draw();
  const { version } = frontier;
  return { version, top: frontier.sealTop(key), changed, keyId: stored.frontierKey, key };
}

/** Carries a plan out, but for the rotation: what that must erase and replace in the same transaction. */
export async function erase(effect: Effect, { lot, ranges, left }: Erasure) {
  await beginShredding(effect, lot, ranges);
  if (left === null) return { erase: await dropLotKeys(effect, lot), replace: [] };
  await storePuncture(effect, lot, left);
  return { erase: [], replace: [{ id: left.keyId, key: left.key }] };
}
