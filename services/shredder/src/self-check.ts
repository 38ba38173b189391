import { verifyRing } from '@seedlot/erasable';
import { ownerlessKeys, type Reader, type RootChange, type Shred, undroppedKeys } from '@seedlot/ledger';
import { ShredderError } from './errors.ts';
import { checkFrontier } from './frontier-check.ts';
import type { Ring, ShredParts } from './parts.ts';

/** The shreds that are to be completed, as a process is told of them that took no part in them. */
export interface CheckedShreds {
  readonly ids: readonly string[];
  /** The lots that they took serials of. */
  readonly lots: readonly string[];
  readonly seeds: readonly RootChange[];
  readonly files: readonly RootChange[];
}

export function whatToCheck(shreds: readonly Shred[]): CheckedShreds {
  return {
    ids: shreds.map(shred => shred.id),
    lots: [...new Set(shreds.flatMap(shred => shred.lots))],
    seeds: shreds.flatMap(({ seedsRoot }) => seedsRoot ?? []),
    files: shreds.flatMap(({ filesRoot }) => filesRoot ?? []),
  };
}

/** Both rings and the database, on connections of the checking process. */
export interface CheckedRings {
  readonly reader: Reader;
  readonly rings: ShredParts['rings'];
}

/**
 * Every root that the shreds ended is gone, both rings open whole under their present ones, no key is left that a shred
 * has erased, and of the lots that lost serials those that live have their pads, and no other. Throws `self_check_failed`
 * or what says that something is damaged.
 */
export async function checkShreds(
  { reader, rings }: CheckedRings,
  { ids, lots, seeds, files }: CheckedShreds,
): Promise<void> {
  await checkRing(rings.seeds, seeds);
  await checkRing(rings.files, files);
  assertNone(await undroppedKeys(reader, ids), 'keys of dropped files are in the files ring');
  assertNone(await ownerlessKeys(reader), 'keys of no lot are in the seeds ring');
  for (const lot of lots) await checkFrontier(reader, rings.seeds.keyring, lot);
}

async function checkRing({ keyring, store }: Ring, changes: readonly RootChange[]): Promise<void> {
  const roots = await keyring.slot.list();
  const left = changes.map(change => change.from).filter(id => roots.includes(id));
  assertNone(left, `roots of the ring ${store.ring} still exist`);
  const { epoch, keys } = await store.snapshot('all');
  await verifyRing(keyring, store, { epoch, keys: keys.map(key => key.id) });
}

function assertNone(left: readonly (string | number)[], what: string): void {
  if (left.length === 0) return;
  throw new ShredderError('self_check_failed', `${what}: ${left.slice(0, 10).join(', ')}`);
}
