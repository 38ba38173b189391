import type { RingName } from '@seedlot/erasable';
import { latestRootMove, PostgresKeyringStore, type Reader } from '@seedlot/ledger';
import type { ObjectStore } from '@seedlot/object-store';
import { faultLine } from '@seedlot/service-kit';
import { type RootStatus, rootStatus } from '@seedlot/shredder';
import { adapterOf, type SlotAddress } from '../slot-address.ts';
import { openSlot } from '../slots.ts';

/** A ring and its slot, for an operator. */
export interface RingReport {
  readonly ring: RingName;
  readonly adapter: string;
  /** The move that is not complete: `begun` has changed nothing yet, `moved` must be run again before anything starts. */
  readonly move: { readonly rootMove: string; readonly to: string; readonly state: 'begun' | 'moved' } | null;
  /** Null where the slot does not answer. */
  readonly roots: Omit<RootStatus, 'ring'> | null;
  /** Why it does not. */
  readonly fault: string | null;
}

/** Looks at one ring; a slot that does not answer keeps nobody from hearing of the other. */
export async function reportRing(
  reader: Reader,
  ring: RingName,
  address: SlotAddress,
  objects: ObjectStore,
): Promise<RingReport> {
  const common = { ring, adapter: adapterOf(address), move: await openMove(reader, ring) };
  try {
    const slot = await openSlot(address, ring);
    const { ring: _, ...roots } = await rootStatus(new PostgresKeyringStore(reader, ring), slot, objects);
    return { ...common, roots, fault: null };
  } catch (fault) {
    return { ...common, roots: null, fault: faultLine(fault) };
  }
}

async function openMove(reader: Reader, ring: RingName): Promise<RingReport['move']> {
  const move = await latestRootMove(reader, ring);
  if (move === null || move.completed) return null;
  return { rootMove: move.id, to: move.to.address, state: move.root === null ? 'begun' : 'moved' };
}

/** The report as lines for people. */
export function ringLines({ ring, adapter, move, roots, fault }: RingReport): string[] {
  const lines = [`${ring}  ${adapter}`];
  if (fault !== null) lines.push(`  does not answer: ${fault}`);
  if (roots !== null) {
    const { epoch, currentRootPresent, otherRoots, highWater, mirrors } = roots;
    lines.push(
      `  current root   ${epoch}${currentRootPresent ? '' : ', which is NOT in the slot'}`,
      `  other roots    ${otherRoots.length === 0 ? 'none' : otherRoots.join(', ')}`,
      `  highest used   ${highWater}`,
      `  mirrors        ${mirrors.length === 0 ? 'none' : mirrors.join(', ')}`,
    );
  }
  if (move !== null) lines.push(`  ${move.rootMove} to ${move.to} is not complete: run it again`);
  return lines;
}
