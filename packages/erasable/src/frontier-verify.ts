import type { KeyObject } from 'node:crypto';
import type { LotShape } from '@seedlot/domain';
import { ErasableError } from './errors.ts';
import { Frontier, type LoadSegment } from './frontier.ts';
import type { IndexRange } from './tree-ranges.ts';

/** A lot's frontier as the database or a mirror keeps it. */
export interface StoredFrontier {
  readonly shape: LotShape;
  readonly version: number;
  readonly top: Uint8Array;
  /** The segments that have a blob of their own, in order. */
  readonly segments: readonly number[];
  /** Asked for each of them at most once, in their order. */
  readonly load: LoadSegment;
}

/**
 * Proves that a stored frontier, which may be an attacker's, opens under its key, every segment of it. Resolves with
 * the serials that still have a pad, counted from the start of the lot; the caller compares them with those that live.
 * Throws `frontier_damaged`.
 */
export async function verifyFrontier(stored: StoredFrontier, key: KeyObject): Promise<readonly IndexRange[]> {
  using frontier = Frontier.open(stored.shape, stored.version, stored.top, key);
  assertSegments(stored, frontier.partialSegments);
  return await frontier.livingRanges(stored.load);
}

/** A blob too many might be one that a puncture was to have replaced. */
function assertSegments({ shape, segments }: StoredFrontier, named: readonly number[]): void {
  if (segments.length === named.length && segments.every((segment, at) => segment === named[at])) return;
  throw new ErasableError(
    'frontier_damaged',
    `${shape.lot} has ${segments.length} segments stored and ${named.length} named, or other ones`,
  );
}
