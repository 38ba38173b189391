import type { LotShape } from '@seedlot/domain';
import { ErasableError } from './errors.ts';
import { readShape, shapeFields } from './frontier-mirror.ts';
import type { KeyId } from './keyring-rows.ts';
import { base64, type MirrorLine, readMirrorLine, writeMirrorLine } from './mirror-line.ts';
import type { RootId } from './root-slot.ts';

const FORMAT = 'seedlot frontiers v1';

/** Where the frontier of one lot is to be found, and the keys that open the lot. */
export interface IndexedFrontier {
  readonly shape: LotShape;
  readonly version: number;
  readonly frontierKey: KeyId;
  readonly pageKey: KeyId;
  /**
   * At version 0 the top blob itself, which is all of a frontier that was never punctured. From then on the SHA-256 of
   * the top blob: it names the object that the frontier was mirrored to, and no other puncture has the same.
   */
  readonly blob: Uint8Array;
}

/** The frontiers of all lots at one epoch of the seeds ring. */
export interface FrontierIndex {
  readonly epoch: RootId;
  readonly lots: readonly IndexedFrontier[];
}

/**
 * The index as text for the object store: a line of the epoch and the number of lots, a line a lot, ordered by lot, each
 * a JSON array. Name it by epoch, and never overwrite it. Only frontiers that a shred has changed need to be written
 * for it: the others stand where an earlier index found them, too.
 */
export function exportIndex({ epoch, lots }: FrontierIndex): Uint8Array {
  const sorted = lots.toSorted((a, b) => (a.shape.lot < b.shape.lot ? -1 : 1));
  const lines = [
    [FORMAT, epoch, lots.length],
    ...sorted.map(({ shape, version, frontierKey, pageKey, blob }) => [
      ...shapeFields(shape),
      version,
      frontierKey,
      pageKey,
      base64(blob),
    ]),
  ];
  return Buffer.from(lines.map(writeMirrorLine).join(''));
}

/** What an index says. `mirror` may be an attacker's: `mirror_malformed` for all but what `exportIndex` writes. */
export function parseIndex(mirror: Uint8Array): FrontierIndex {
  const text = Buffer.from(mirror.buffer, mirror.byteOffset, mirror.byteLength).toString('utf8');
  const [head, ...lots] = text.split('\n').slice(0, -1).map(readMirrorLine);
  if (head === undefined) throw new ErasableError('mirror_malformed', 'an index of no bytes');
  const index = { epoch: head.whole(1), lots: lots.map(readLot) };
  // What was read leniently must write the same bytes again: there is one form, and nothing beside it.
  if (Buffer.compare(exportIndex(index), mirror) === 0) return index;
  throw new ErasableError('mirror_malformed', `${mirror.byteLength} bytes are not in the form of an index`);
}

function readLot(line: MirrorLine): IndexedFrontier {
  return {
    shape: readShape(line, 0),
    version: line.whole(4),
    frontierKey: line.id(5),
    pageKey: line.id(6),
    blob: line.sealed(7),
  };
}
