import { type Range, subtract } from '@seedlot/domain';
import { type Keyring, type StoredFrontier, verifyFrontier } from '@seedlot/erasable';
import { type Reader, readKeyring, readLivingSerials, readStoredFrontier } from '@seedlot/ledger';
import { openLot } from '@seedlot/opened-lot';
import { opensAsBackedUp } from './old-keys.ts';

/** What a drill found of one lot. */
export interface LotFinding {
  readonly lot: string;
  /** Serials whose seeds live by the recovered copy, and those of them whose seed came out of it. */
  readonly living: number;
  readonly opened: number;
  /** Serials whose seeds lived when the backup was taken and do not live any more. */
  readonly shreddedSince: number;
  /** Those of them that something still opens: the backup's keys under a present root, or the recovered frontier. */
  readonly stillOpen: number;
}

/** Serials that live by the backup, before it is recovered, and whether its own keys still open them. */
export interface BackedUpLot {
  readonly lot: string;
  readonly living: readonly Range[];
  readonly opens: boolean;
}

export async function readBackedUpLot(reader: Reader, keyring: Keyring, lot: string): Promise<BackedUpLot> {
  const living = (await readLivingSerials(reader, lot)).map(asRange);
  return { lot, living, opens: await opensAsBackedUp(reader, keyring.slot, lot) };
}

/** Opens every living seed of a recovered lot, and looks for a way to one that is shredded. */
export async function checkLot(reader: Reader, keyring: Keyring, before: BackedUpLot): Promise<LotFinding> {
  const { lot } = before;
  const living = (await readLivingSerials(reader, lot)).map(asRange);
  const gone = subtract(before.living, living);
  const stored = await readStoredFrontier(reader, lot);
  const padded = stored === null ? [] : await paddedSerials(reader, keyring, stored, stored.frontierKey);
  const padless = subtract(gone, padded);
  const stillOpen = before.opens ? gone : subtract(gone, padless);
  return {
    lot,
    living: sizeOf(living),
    opened: stored === null ? 0 : await countSeeds(reader, keyring, stored),
    shreddedSince: sizeOf(gone),
    stillOpen: sizeOf(stillOpen),
  };
}

async function paddedSerials(
  reader: Reader,
  keyring: Keyring,
  stored: StoredFrontier,
  keyId: string,
): Promise<Range[]> {
  const key = await keyring.openKey(readKeyring(reader, 'seeds'), keyId);
  return (await verifyFrontier(stored, key)).map(asRange);
}

/** A page opens only if it is whole: counting its seeds is having read them. They are wiped page by page. */
async function countSeeds(reader: Reader, seedsRing: Keyring, { shape }: StoredFrontier): Promise<number> {
  using opened = await openLot({ ledger: reader, seedsRing }, shape);
  let count = 0;
  for await (const runs of opened.seeds()) {
    for (const run of runs) count += run.count;
  }
  return count;
}

function asRange({ first, after }: { first: number; after: number }): Range {
  return { first: BigInt(first), after: BigInt(after) };
}

function sizeOf(ranges: readonly Range[]): number {
  return Number(ranges.reduce((sum, { first, after }) => sum + after - first, 0n));
}
