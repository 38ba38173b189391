import { type KeyObject, randomFillSync } from 'node:crypto';
import { type LotShape, SecretBytes } from '@seedlot/domain';
import { ErasableError } from './errors.ts';
import { Cover } from './frontier-cover.ts';
import { changedTop, punctureSegment, type SegmentChange, touchedSegments } from './frontier-puncture.ts';
import { cutSegment, openSegment } from './frontier-segment.ts';
import { type FrontierTop, openTop, sealTop } from './frontier-top.ts';
import { LOT_TREE, PadTree, type TreeGeometry } from './tree.ts';
import { secretMemory } from './tree-memory.ts';
import { NODE_LENGTH } from './tree-prg.ts';
import { type IndexRange, normalise, overlap } from './tree-ranges.ts';

const VERSION_LIMIT = 2 ** 32;

/** Fetches the stored blob of one segment: the one that the last puncture of the segment gave. Rejects when there is none. */
export type LoadSegment = (segment: number) => Promise<Uint8Array>;

/** The blobs that a puncture changed: the new one of a segment, or `null` when its old one is to be deleted. */
export type ChangedBlobs = Map<number, Uint8Array | null>;

/**
 * The puncturable key of one lot: the fewest nodes of its tree that give the pads of all living serials and of no
 * punctured one. It is stored as a top blob under the frontier key, and one blob for each segment of 4,096 serials
 * that has lost some of them, under a key that only the top blob holds. A puncture leaves all other blobs as they
 * are; once the old frontier key is destroyed, no older copy of any blob gives a punctured pad.
 *
 * Holds secrets: dispose it at the end of the step. A method that throws leaves the frontier as it was; one that was
 * overtaken by a puncture throws `frontier_stale`, one called after the end of the step `frontier_wiped`.
 */
export class Frontier implements Disposable {
  readonly #tree: PadTree;
  #version: number;
  #top: FrontierTop;
  #wiped = false;
  #sealedUnder: { readonly key: KeyObject; readonly version: number } | null = null;

  private constructor(tree: PadTree, version: number, top: FrontierTop) {
    this.#tree = tree;
    this.#version = version;
    this.#top = top;
  }

  /** The frontier of a new lot, version 0: a random root. Throws `shape_invalid`. */
  static create(shape: LotShape, geometry: TreeGeometry = LOT_TREE): Frontier {
    const tree = new PadTree(shape, geometry);
    const root = new SecretBytes(randomFillSync(secretMemory(NODE_LENGTH)));
    const all = [{ first: 0, after: shape.quantity }];
    return new Frontier(tree, 0, {
      whole: new Cover(tree, { level: 0, index: 0 }, all, root),
      partial: new Map(),
    });
  }

  /**
   * Opens a stored top blob, which may be an attacker's: anything but what `sealTop` gave for this lot, version and
   * key throws `frontier_damaged`.
   */
  static open(
    shape: LotShape,
    version: number,
    sealedTop: Uint8Array,
    frontierKey: KeyObject,
    geometry: TreeGeometry = LOT_TREE,
  ): Frontier {
    assertVersion(version);
    const tree = new PadTree(shape, geometry);
    const frontier = new Frontier(tree, version, openTop(tree, version, frontierKey, sealedTop));
    frontier.#sealedUnder = { key: frontierKey, version };
    return frontier;
  }

  /** How often the frontier was punctured. Stored beside the top blob, which only opens with it. */
  get version(): number {
    return this.#version;
  }

  get livingCount(): number {
    const partial = this.#top.partial.values().reduce((count, { livingCount }) => count + livingCount, 0);
    return this.#top.whole.livingCount + partial;
  }

  /** The segments that have a blob of their own, in order. */
  get partialSegments(): readonly number[] {
    return [...this.#top.partial.keys()].sort((a, b) => a - b);
  }

  /** The top blob under `frontierKey`. A key that sealed another version is refused: `frontier_key_reused`. */
  sealTop(frontierKey: KeyObject): Uint8Array {
    const version = this.#expect(this.#version);
    const last = this.#sealedUnder;
    if (last !== null && last.version !== version && last.key.equals(frontierKey)) {
      throw new ErasableError(
        'frontier_key_reused',
        `version ${version} needs another key than ${last.version}`,
      );
    }
    this.#sealedUnder = { key: frontierKey, version };
    return sealTop(this.#tree, version, frontierKey, this.#top);
  }

  /**
   * Writes the pads of a page's living serials into `out`, which has room for all of the page; zeros stand for the
   * punctured ones. Resolves with the living serials, counted from the start of the page. Throws `index_invalid` for a
   * page that the lot has not, `buffer_invalid`, and `frontier_damaged` for a wrong blob.
   */
  async padsOfPage(page: number, load: LoadSegment, out: Uint8Array): Promise<readonly IndexRange[]> {
    const version = this.#expect(this.#version);
    const { first, after } = this.#spanOf(page);
    const length = (after - first) * this.#tree.shape.seedLength;
    if (out.length !== length) {
      throw new ErasableError('buffer_invalid', `pads need ${length} bytes, not ${out.length}`);
    }
    out.fill(0);
    if (!this.#lives(page)) return [];
    using segment = await this.#openSegment(page, load, version);
    for (const node of segment.subtrees()) this.#tree.writePads(node, out, first);
    return segment.living.map(range => ({ first: range.first - first, after: range.after - first }));
  }

  /** All living serials, counted from the start of the lot. Opens every partly punctured segment, in their order. */
  async livingRanges(load: LoadSegment): Promise<readonly IndexRange[]> {
    const version = this.#expect(this.#version);
    const ranges = [...this.#top.whole.living];
    for (const page of this.partialSegments) {
      using segment = await this.#openSegment(page, load, version);
      ranges.push(...segment.living);
    }
    return normalise(ranges, this.#tree.shape.quantity);
  }

  /**
   * Takes the pads of these serials out of the frontier, for good once the old frontier key is gone. The caller stores
   * the changed blobs, the version and a top blob under a new frontier key together. Punctured serials may be
   * punctured again; when none of them lives, version and blobs stay as they are. A segment that loses all its serials
   * is not opened, so a lot with damaged segments can still be punctured as a whole.
   */
  async puncture(serials: Iterable<IndexRange>, load: LoadSegment): Promise<ChangedBlobs> {
    const version = this.#expect(this.#version);
    const punctured = normalise(serials, this.#tree.shape.quantity);
    using undo = new DisposableStack();
    const changes = new Map<number, SegmentChange>();
    for (const segment of touchedSegments(this.#tree, this.#top, punctured)) {
      const change = await this.#punctureSegment(segment, punctured, version, load);
      if (change === null) continue;
      changes.set(segment, change);
      if (change !== 'gone') undo.use(change.entry.key);
    }
    this.#expect(version);
    assertVersion(version + 1);
    const blobs = this.#apply(changes);
    undo.move();
    return blobs;
  }

  wipe(): void {
    this.#wiped = true;
    this.#top.whole.wipe();
    for (const { key } of this.#top.partial.values()) key.wipe();
  }

  [Symbol.dispose](): void {
    this.wipe();
  }

  async #openSegment(segment: number, load: LoadSegment, version: number): Promise<Cover> {
    this.#expect(version);
    const entry = this.#top.partial.get(segment);
    if (entry === undefined) return cutSegment(this.#tree, this.#top.whole, segment);
    const sealed = await load(segment);
    this.#expect(version);
    return openSegment(this.#tree, segment, entry, sealed);
  }

  async #punctureSegment(
    segment: number,
    punctured: readonly IndexRange[],
    version: number,
    load: LoadSegment,
  ): Promise<SegmentChange | null> {
    if (overlap(punctured, this.#tree.segmentSpan(segment)) === 'all') return 'gone';
    using before = await this.#openSegment(segment, load, version);
    return punctureSegment(this.#tree, segment, before, punctured, version + 1);
  }

  #apply(changes: ReadonlyMap<number, SegmentChange>): ChangedBlobs {
    const blobs: ChangedBlobs = new Map();
    if (changes.size === 0) return blobs;
    const old = this.#top;
    this.#top = changedTop(this.#tree, old, changes);
    this.#version += 1;
    old.whole.wipe();
    for (const [segment, change] of changes) {
      old.partial.get(segment)?.key.wipe();
      if (change !== 'gone') blobs.set(segment, change.sealed);
      else if (old.partial.has(segment)) blobs.set(segment, null);
    }
    return blobs;
  }

  #spanOf(page: number): IndexRange {
    if (Number.isSafeInteger(page) && page >= 0 && page < this.#tree.segmentCount) {
      return this.#tree.segmentSpan(page);
    }
    throw new ErasableError('index_invalid', `page ${page} is not one of ${this.#tree.segmentCount}`);
  }

  #lives(page: number): boolean {
    const { whole, partial } = this.#top;
    return partial.has(page) || overlap(whole.living, this.#tree.segmentSpan(page)) !== 'none';
  }

  /** The version, which must still be `version` when a step goes on after it has waited. */
  #expect(version: number): number {
    if (this.#wiped) throw new ErasableError('frontier_wiped', 'the frontier was disposed');
    if (this.#version === version) return version;
    throw new ErasableError(
      'frontier_stale',
      `version ${version} was punctured to ${this.#version} meanwhile`,
    );
  }
}

function assertVersion(version: number): void {
  if (Number.isSafeInteger(version) && version >= 0 && version < VERSION_LIMIT) return;
  throw new ErasableError('index_invalid', `${version} is no version: a whole number below 2^32`);
}
