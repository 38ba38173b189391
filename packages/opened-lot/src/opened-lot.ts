import type { KeyObject } from 'node:crypto';
import { type LotShape, PAGE_SIZE, type Range } from '@seedlot/domain';
import {
  Frontier,
  freePage,
  type IndexRange,
  type Keyring,
  keyOf,
  openPage,
  pageBytes,
  pageMemory,
} from '@seedlot/erasable';
import { type Reader, readKeyring, readPage, readSealedLot, readSegment } from '@seedlot/ledger';
import { type PagePart, pagesHolding } from './page-parts.ts';
import { sharedRanges } from './shared-ranges.ts';

/** What a sealed worker opens a lot with. Its caller holds a lease on the lot. */
export interface LotReader {
  readonly ledger: Reader;
  readonly seedsRing: Keyring;
}

/** Consecutive living serials of a lot, and their seeds one after the other. */
export interface SeedRun {
  /** Number of the first serial in the lot's serial space. */
  readonly first: bigint;
  readonly count: number;
  /** `count` times the lot's seed length; overwritten when the next page is pulled, wiped at the end. */
  readonly seeds: Uint8Array;
}

/** A sealed lot, opened for one step. Holds secrets: dispose it at the end of the step. */
export class OpenedLot implements Disposable {
  readonly shape: LotShape;
  readonly #ledger: Reader;
  readonly #frontier: Frontier;
  readonly #pageKey: KeyObject;

  constructor(ledger: Reader, shape: LotShape, frontier: Frontier, pageKey: KeyObject) {
    this.#ledger = ledger;
    this.shape = shape;
    this.#frontier = frontier;
    this.#pageKey = pageKey;
  }

  /** What a commit compares with the ledger: another version means that serials were shredded meanwhile. */
  get frontierVersion(): number {
    return this.#frontier.version;
  }

  /**
   * The living serials of the lot, of those `wanted` where it is given, page after page. Only pages that hold wanted
   * serials are loaded, each while the one before it is in use. The seeds of a page lie in memory that the next pull
   * overwrites and that is wiped at the end, however the reader leaves.
   */
  async *seeds(wanted?: readonly Range[]): AsyncGenerator<readonly SeedRun[], void, void> {
    using memory = pageMemory(this.shape);
    for await (const { part, sealed } of this.#sealedPages(pagesHolding(this.shape, wanted))) {
      const room = memory.bytes.subarray(0, pageBytes(this.shape, part.page));
      yield await this.#open(part, sealed, room);
    }
  }

  async *#sealedPages(parts: readonly PagePart[]) {
    const load = async (part: PagePart | undefined) =>
      part === undefined ? null : { part, sealed: await readPage(this.#ledger, this.shape.lot, part.page) };
    let next = load(parts[0]);
    for (const following of [...parts.slice(1), undefined]) {
      const page = await next;
      next = load(following);
      next.catch(leaveToAwait);
      if (page !== null) yield page;
    }
  }

  async #open({ page, wanted }: PagePart, sealed: Uint8Array, room: Uint8Array): Promise<SeedRun[]> {
    const loadSegment = (segment: number) => readSegment(this.#ledger, this.shape.lot, segment);
    const living = await this.#frontier.padsOfPage(page, loadSegment, room);
    const runs = sharedRanges(living, wanted);
    openPage(this.shape, page, this.#pageKey, sealed, room, runs);
    freePage(sealed);
    return runs.map(run => this.#seedRun(page, run, room));
  }

  #seedRun(page: number, { first, after }: IndexRange, room: Uint8Array): SeedRun {
    const { firstSerial, seedLength } = this.shape;
    return {
      first: firstSerial + BigInt(page * PAGE_SIZE + first),
      count: after - first,
      seeds: room.subarray(first * seedLength, after * seedLength),
    };
  }

  [Symbol.dispose](): void {
    this.#frontier.wipe();
  }
}

/** A load that fails is told where it is awaited; where nobody comes to that any more, there is nothing to tell. */
function leaveToAwait(): void {}

/** Opens a lot with its keys of now. Throws `lot_keys_missing`, and `lot_not_due` when the lot has ended meanwhile. */
export async function openLot({ ledger, seedsRing }: LotReader, shape: LotShape): Promise<OpenedLot> {
  const { frontier, frontierVersion, frontierKey, pageKey } = await readSealedLot(ledger, shape.lot);
  const keys = await seedsRing.openKeys(readKeyring(ledger, 'seeds'), [frontierKey, pageKey]);
  const opened = Frontier.open(shape, frontierVersion, frontier, keyOf(keys, frontierKey));
  return new OpenedLot(ledger, shape, opened, keyOf(keys, pageKey));
}
