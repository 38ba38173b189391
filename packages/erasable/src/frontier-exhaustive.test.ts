import type { LotShape } from '@seedlot/domain';
import { describe, expect, it } from 'vitest';
import { deriveAll, type Knowledge, placeOf, placesOf } from './testing/derivation.ts';
import { StoredFrontier } from './testing/stored-frontier.ts';
import { LOT_TREE, PadTree, type TreeGeometry } from './tree.ts';
import type { IndexRange } from './tree-ranges.ts';

/** Two children a node and segments of four serials: small enough to try everything. */
const SMALL: TreeGeometry = { fanOut: 2, segmentLevels: 2 };

const lot = (quantity: number): LotShape => ({ lot: 'lot-1', firstSerial: 0n, quantity, seedLength: 16 });

function single(serial: number): IndexRange {
  return { first: serial, after: serial + 1 };
}

/** One element of every subset of the serials of a lot: a number whose bits are the serials. */
function* subsetsOf(quantity: number): Generator<number[]> {
  for (let bits = 0; bits < 2 ** quantity; bits++) {
    yield Array.from({ length: quantity }, (_, serial) => serial).filter(serial => bits & (1 << serial));
  }
}

/** A new lot, what its tree holds, and what must be true of its frontier after any puncture. */
class Oracle {
  readonly fresh: StoredFrontier;
  readonly #fanOut: number;
  readonly #everything: Knowledge;
  readonly #places: Map<string, number[]>;

  constructor(quantity: number, geometry: TreeGeometry) {
    this.fresh = new StoredFrontier(lot(quantity), geometry);
    this.#fanOut = geometry.fanOut;
    this.#everything = deriveAll(this.fresh).known;
    this.#places = placesOf(new PadTree(lot(quantity), geometry), geometry.fanOut);
  }

  /** The frontier gives just the secrets that have no punctured serial below them, unchanged, and stores the fewest nodes. */
  check(frontier: StoredFrontier, punctured: readonly number[]): void {
    const gone = new Set(punctured);
    const { stored, known } = deriveAll(frontier);
    const living = [...this.#places].filter(([, serials]) => !serials.some(serial => gone.has(serial)));
    const allowed: Knowledge = new Map(living.map(([place]) => [place, this.#everything.get(place) ?? '']));
    expect(known).toEqual(allowed);
    expect(stored).toEqual(new Set([...allowed.keys()].filter(place => !allowed.has(this.#parentOf(place)))));
    this.#expectNowhere(known, allowed);
  }

  #parentOf(place: string): string {
    const [level = 0, index = 0] = place.split('/').map(Number);
    return placeOf({ level: level - 1, index: Math.floor(index / this.#fanOut) });
  }

  #expectNowhere(known: Knowledge, allowed: Knowledge): void {
    const values = new Set(known.values());
    const forbidden = [...this.#everything].filter(([place]) => !allowed.has(place));
    expect(forbidden.filter(([, secret]) => values.has(secret))).toEqual([]);
  }
}

describe('the frontier', () => {
  it.each([1, 2, 3, 4, 5, 8, 11])('of %i serials is right after every possible puncture', async quantity => {
    const oracle = new Oracle(quantity, SMALL);
    for (const punctured of subsetsOf(quantity)) {
      const frontier = oracle.fresh.copy();
      await frontier.puncture(...punctured.map(single));
      oracle.check(frontier, punctured);
    }
  });

  it('of 5 serials is right after every possible puncture of every possible punctured one', async () => {
    const oracle = new Oracle(5, { fanOut: 2, segmentLevels: 1 });
    for (const before of subsetsOf(5)) {
      const punctured = oracle.fresh.copy();
      await punctured.puncture(...before.map(single));
      for (const then of subsetsOf(5)) {
        const frontier = punctured.copy();
        await frontier.puncture(...then.map(single));
        oracle.check(frontier, [...before, ...then]);
      }
    }
  });

  it('of lots of 1 to 40 serials in the real tree is right after the puncture of any one serial', async () => {
    for (let quantity = 1; quantity <= 40; quantity++) {
      const oracle = new Oracle(quantity, LOT_TREE);
      for (let serial = 0; serial < quantity; serial++) {
        const frontier = oracle.fresh.copy();
        await frontier.puncture(single(serial));
        oracle.check(frontier, [serial]);
      }
    }
  });
});
