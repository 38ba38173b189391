import { createHash, type KeyObject } from 'node:crypto';
import {
  ErasableError,
  exportFrontier,
  exportIndex,
  type IndexedFrontier,
  type IndexRange,
  type Keyring,
  type KeyringRows,
  parseIndex,
  type RootId,
  readFrontier,
} from '@seedlot/erasable';
import { type Ledger, readFrontierIndex } from '@seedlot/ledger';
import type { ObjectStore } from '@seedlot/object-store';
import { assertPads, type OpenableFrontier, onFrontier } from './frontier-check.ts';
import { chunk, mirrorName, putOnce, readWhole } from './mirror.ts';

const FRONTIERS = 'mirror/frontiers/';

/** What the frontiers are mirrored from and to. `ring` is the mirror of the seeds ring at the same epoch, proved. */
export interface FrontierMirrorParts {
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
  readonly keyring: Keyring;
  readonly ring: KeyringRows;
}

/**
 * Mirrors the frontiers of all lots at one epoch: an index named by the epoch, and each punctured frontier once, in an
 * object named by the SHA-256 of its top blob, which no other puncture has: what no shred has changed since stands where
 * an older index found it. Those that are written, and those of `changed`, are proved to open, in the database and in
 * the mirror, under keys from the database and from the mirror. Whatever does not throws, and the old roots stay.
 */
export async function mirrorFrontiers(
  parts: FrontierMirrorParts,
  epoch: RootId,
  changed: ReadonlySet<string>,
): Promise<void> {
  const index = await indexOf(parts, epoch);
  const mirrored = new Set(await Array.fromAsync(parts.objects.list(FRONTIERS)));
  for (const lot of index) {
    if (lot.version === 0) continue;
    if (changed.has(lot.shape.lot) || !mirrored.has(frontierName(lot))) await mirrorFrontier(parts, lot);
  }
  const name = mirrorName('frontiers', epoch);
  await putOnce(parts.objects, name, chunk(exportIndex({ epoch, lots: index })));
  assertIndex(parseIndex(await readWhole(parts.objects, name)).lots, index, changed);
}

/** Only lots whose keys the ring's mirror has: a lot that came later is in the next one. */
async function indexOf({ ledger, ring }: FrontierMirrorParts, epoch: RootId): Promise<IndexedFrontier[]> {
  const index = await readFrontierIndex(ledger);
  if (index.epoch !== epoch) throw moved(`the ring seeds is at epoch ${index.epoch}, not ${epoch}`);
  const keys = new Set((await ring.snapshot('all')).keys.map(key => key.id));
  return index.lots.filter(lot => keys.has(lot.frontierKey) && keys.has(lot.pageKey));
}

/** The name of the object that a punctured frontier is mirrored to. */
export function frontierName({ shape, blob }: IndexedFrontier): string {
  return `${FRONTIERS}${shape.lot}/${Buffer.from(blob).toString('hex')}`;
}

async function mirrorFrontier(parts: FrontierMirrorParts, lot: IndexedFrontier): Promise<void> {
  const { ledger, keyring, objects, ring } = parts;
  const name = frontierName(lot);
  const living = await onFrontier(ledger, keyring, lot.shape.lot, async frontier => {
    await proveStored(frontier, lot);
    await putOnce(objects, name, exportFrontier(frontier.stored));
    return frontier.living;
  });
  if (living === null) throw moved(`${lot.shape.lot} lost its keys meanwhile`);
  const key = await keyring.openKey(ring, lot.frontierKey);
  await proveMirrored(objects, name, key, living);
}

async function proveStored({ stored, key, living }: OpenableFrontier, lot: IndexedFrontier): Promise<void> {
  const digest = createHash('sha256').update(stored.top).digest();
  if (!digest.equals(lot.blob)) throw moved(`${lot.shape.lot} was punctured meanwhile`);
  await assertPads(stored, key, living);
}

function proveMirrored(
  objects: ObjectStore,
  name: string,
  key: KeyObject,
  living: readonly IndexRange[],
): Promise<void> {
  return readFrontier(objects.read(name), stored => assertPads(stored, key, living));
}

/** An earlier round of the same epoch may have written the index; what has changed must stand in it as it is now. */
function assertIndex(
  stored: readonly IndexedFrontier[],
  index: readonly IndexedFrontier[],
  changed: ReadonlySet<string>,
): void {
  const found = new Map(stored.map(lot => [lot.shape.lot, lot.blob]));
  const wrong = index.filter(
    ({ shape, blob }) => changed.has(shape.lot) && Buffer.compare(found.get(shape.lot) ?? EMPTY, blob) !== 0,
  );
  if (wrong.length === 0) return;
  const lots = wrong.map(({ shape }) => shape.lot).join(', ');
  throw new ErasableError('mirror_malformed', `the index of the mirrored frontiers has not those of ${lots}`);
}

const EMPTY = new Uint8Array(0);

function moved(how: string): ErasableError {
  return new ErasableError('ring_moved', how);
}
