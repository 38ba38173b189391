import type { LotShape } from '@seedlot/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Frontier } from './frontier.ts';
import { refusal } from './testing/refusal.ts';
import { drawKey, StoredFrontier } from './testing/stored-frontier.ts';
import type { IndexRange } from './tree-ranges.ts';

const QUANTITY = 9000;
const SEED_LENGTH = 20;
const PAGES = [0, 1, 2];
const shape: LotShape = { lot: 'lot-1', firstSerial: 4_711n, quantity: QUANTITY, seedLength: SEED_LENGTH };

function bytesOfPage(page: number): number {
  return Math.min(4096, QUANTITY - page * 4096) * SEED_LENGTH;
}

function single(serial: number): IndexRange {
  return { first: serial, after: serial + 1 };
}

/** The pads of the whole lot, as a new process reads them from what is stored, and the serials that it reports as living. */
async function padsOf(stored: StoredFrontier): Promise<{ pads: Buffer; living: Set<number> }> {
  using frontier = stored.open();
  const living = new Set<number>();
  const pads = PAGES.map(page => Buffer.alloc(bytesOfPage(page), 0xff));
  for (const [page, out] of pads.entries()) {
    for (const { first, after } of await frontier.padsOfPage(page, at => stored.load(at), out)) {
      for (let serial = first; serial < after; serial++) living.add(page * 4096 + serial);
    }
  }
  return { pads: Buffer.concat(pads), living };
}

const anywhere = fc.nat(QUANTITY - 1);
const edge = fc.constantFrom(0, 15, 16, 255, 256, 4095, 4096, 8191, 8192, QUANTITY - 1);
const size = fc.oneof(fc.constant(1), fc.nat(40), fc.nat(5000));
const range = fc
  .tuple(fc.oneof(anywhere, edge), size)
  .map(([first, count]): IndexRange => ({ first, after: Math.min(first + count, QUANTITY) }));
const punctures = fc.array(fc.array(range, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });

describe('the frontier', () => {
  it('keeps the pads of the living and forgets the punctured, as a set would', async () => {
    const fresh = new StoredFrontier(shape);
    const { pads: original } = await padsOf(fresh);
    await fc.assert(
      fc.asyncProperty(punctures, async steps => {
        const stored = fresh.copy();
        const model = new Set(Array.from({ length: QUANTITY }, (_, serial) => serial));
        const expected = Buffer.from(original);
        for (const ranges of steps) {
          await stored.puncture(...ranges);
          for (const { first, after } of ranges) {
            for (let serial = first; serial < after; serial++) model.delete(serial);
            expected.fill(0, first * SEED_LENGTH, after * SEED_LENGTH);
          }
          const { pads, living } = await padsOf(stored);
          expect(living).toEqual(model);
          expect(pads.equals(expected)).toBe(true);
        }
        using frontier = stored.open();
        expect(frontier.livingCount).toBe(model.size);
        const ranges = await frontier.livingRanges(segment => stored.load(segment));
        expect(ranges.reduce((sum, { first, after }) => sum + after - first, 0)).toBe(model.size);
        expect(ranges.every(({ first, after }) => model.has(first) && model.has(after - 1))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same blobs to delete and to store, whichever way the serials are given', async () => {
    const stored = new StoredFrontier(shape);
    expect(await stored.puncture(single(5), { first: 4000, after: 4100 }, single(5))).toEqual([0, 1]);
    expect(await stored.puncture({ first: 4096, after: 8192 })).toEqual([1]);
    expect([...stored.blobs.keys()]).toEqual([0]);
    expect(await stored.puncture({ first: 0, after: QUANTITY })).toEqual([0]);
    expect(stored.blobs.size).toBe(0);
    expect(stored.open().livingCount).toBe(0);
  });

  it('stays as it is when only dead serials are punctured', async () => {
    const stored = new StoredFrontier(shape);
    await stored.puncture({ first: 10, after: 20 }, { first: 4096, after: 8192 });
    const before = stored.copy();
    expect(await stored.puncture(single(10), single(19), { first: 5000, after: 6000 })).toEqual([]);
    expect(await stored.puncture({ first: 12, after: 12 })).toEqual([]);
    expect(stored.version).toBe(before.version);
    expect(await padsOf(stored)).toEqual(await padsOf(before));
  });

  it('leaves the blobs of untouched segments alone', async () => {
    const stored = new StoredFrontier(shape);
    await stored.puncture(single(1), single(5000));
    const first = stored.blobs.get(0);
    await stored.puncture(single(6000));
    expect(stored.blobs.get(0)).toBe(first);
    expect((await padsOf(stored)).living.size).toBe(QUANTITY - 3);
  });

  it('can be punctured as a whole when every segment is damaged', async () => {
    const stored = new StoredFrontier(shape);
    await stored.puncture(...PAGES.map(page => single(page * 4096)));
    for (const page of PAGES) stored.blobs.set(page, new Uint8Array(100));
    await expect(stored.puncture(single(1))).rejects.toEqual(refusal('frontier_damaged'));
    expect(await stored.puncture({ first: 0, after: QUANTITY })).toEqual(PAGES);
  });

  it('needs about 2 KB for one serial of a million, and a few nodes for a contiguous range', async () => {
    const bytesAfter = async (ranges: IndexRange[]) => {
      const stored = new StoredFrontier({ ...shape, quantity: 1_000_000 });
      await stored.puncture(...ranges);
      return [stored.top, ...stored.blobs.values()].reduce((sum, blob) => sum + blob.length, 0);
    };
    expect(await bytesAfter([single(123_456)])).toBeLessThan(2500);
    expect(await bytesAfter([{ first: 65_536, after: 131_072 }])).toBeLessThan(600);
    expect(await bytesAfter([{ first: 0, after: 999_999 }])).toBeLessThan(200);
  });
});

describe('a step on the frontier', () => {
  const none = () => Promise.reject(new Error('nothing is stored'));

  it('refuses a key that sealed another version', async () => {
    const key = drawKey();
    using created = Frontier.create(shape);
    const top = created.sealTop(key);
    using opened = Frontier.open(shape, 0, top, key);
    for (const frontier of [created, opened]) {
      await frontier.puncture([single(3)], none);
      expect(() => frontier.sealTop(key)).toThrow(refusal('frontier_key_reused'));
      expect(frontier.sealTop(drawKey()).length).toBeGreaterThan(0);
    }
  });

  it('that was overtaken by a puncture changes and gives nothing', async () => {
    const stored = new StoredFrontier(shape);
    await stored.puncture(single(1));
    using frontier = stored.open();
    const overtaking = frontier.puncture([single(2)], segment => stored.load(segment));
    const load = async (segment: number) => {
      const blob = await stored.load(segment);
      await overtaking;
      return blob;
    };
    const out = new Uint8Array(bytesOfPage(0));
    const steps = [
      frontier.puncture([single(3)], load),
      frontier.padsOfPage(0, load, out),
      frontier.livingRanges(load),
    ];
    for (const step of await Promise.allSettled(steps)) {
      expect(step).toMatchObject({ reason: refusal('frontier_stale') });
    }
    expect(out.every(byte => byte === 0)).toBe(true);
    expect(frontier.livingCount).toBe(QUANTITY - 2);
  });

  it('punctures for one of two that begin at once, not for both', async () => {
    using frontier = Frontier.create(shape);
    const steps = [2, 3].map(serial => frontier.puncture([single(serial)], none));
    const outcomes = await Promise.allSettled(steps);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes).toContainEqual({ status: 'rejected', reason: refusal('frontier_stale') });
    expect(frontier).toMatchObject({ version: 1, livingCount: QUANTITY - 1 });
  });

  it('that fails half-way leaves the frontier as it was', async () => {
    const stored = new StoredFrontier(shape);
    await stored.puncture(single(1), single(5000));
    using frontier = stored.open();
    const failing = (segment: number) => (segment === 0 ? stored.load(0) : Promise.reject(new Error('disk')));
    await expect(frontier.puncture([single(2), single(5001)], failing)).rejects.toThrow('disk');
    expect(frontier.version).toBe(stored.version);
    const ranges = await frontier.livingRanges(segment => stored.load(segment));
    expect(ranges).toEqual([single(0), { first: 2, after: 5000 }, { first: 5001, after: QUANTITY }]);
  });

  it('after the end is refused, also when the end came while it waited', async () => {
    const stored = new StoredFrontier(shape);
    await stored.puncture(single(1));
    const frontier = stored.open();
    const out = new Uint8Array(bytesOfPage(0));
    const late = frontier.padsOfPage(0, segment => stored.load(segment), out);
    frontier.wipe();
    await expect(late).rejects.toEqual(refusal('frontier_wiped'));
    expect(out.every(byte => byte === 0)).toBe(true);
    await expect(frontier.padsOfPage(1, none, out)).rejects.toEqual(refusal('frontier_wiped'));
    await expect(frontier.puncture([single(2)], none)).rejects.toEqual(refusal('frontier_wiped'));
    await expect(frontier.livingRanges(none)).rejects.toEqual(refusal('frontier_wiped'));
    expect(() => frontier.sealTop(drawKey())).toThrow(refusal('frontier_wiped'));
  });

  it('refuses pages, serials, buffers and versions that the lot has not', async () => {
    using frontier = Frontier.create(shape);
    const out = new Uint8Array(bytesOfPage(2));
    for (const page of [-1, 3, 0.5, Number.NaN]) {
      await expect(frontier.padsOfPage(page, none, out)).rejects.toEqual(refusal('index_invalid'));
    }
    await expect(frontier.padsOfPage(0, none, out)).rejects.toEqual(refusal('buffer_invalid'));
    await expect(frontier.padsOfPage(2, none, out.subarray(1))).rejects.toEqual(refusal('buffer_invalid'));
    await expect(frontier.puncture([single(QUANTITY)], none)).rejects.toEqual(refusal('index_invalid'));
    for (const version of [-1, 1.5, 2 ** 32]) {
      expect(() => Frontier.open(shape, version, out, drawKey())).toThrow(refusal('index_invalid'));
    }
    expect(() => Frontier.create({ ...shape, quantity: 0 })).toThrow(refusal('shape_invalid'));
  });
});
