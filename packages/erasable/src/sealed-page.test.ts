import { hash } from 'node:crypto';
import { type LotShape, pageCount } from '@seedlot/domain';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Frontier } from './frontier.ts';
import { drawSeeds, pageMemory } from './random-seeds.ts';
import { freePage, openPage, pageBytes, sealPage } from './sealed-page.ts';
import { refusal } from './testing/refusal.ts';
import { drawKey } from './testing/stored-frontier.ts';
import { type IndexRange, normalise } from './tree-ranges.ts';

const shape: LotShape = { lot: 'lot-1', firstSerial: 4_711n, quantity: 5000, seedLength: 20 };
const key = drawKey();
const DAMAGED = refusal('page_damaged');

/** Any bytes, at an address that need not be a multiple of 4. */
function bytes(length: number, name: string, shift = 0): Uint8Array {
  const room = new Uint8Array(length + shift).subarray(shift);
  room.set(hash('shake256', name, { outputEncoding: 'buffer', outputLength: length }));
  return room;
}

const all = (count: number): IndexRange[] => [{ first: 0, after: count }];

describe('a sealed page', () => {
  const lots = fc.record({
    lot: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }),
    firstSerial: fc.bigInt({ min: 0n, max: 10n ** 17n }),
    quantity: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 4090, max: 4100 })),
    seedLength: fc.integer({ min: 16, max: 64 }),
  });
  const bounds = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 5 });

  it('gives the living seeds and zeros for all others', () => {
    fc.assert(
      fc.property(lots, bounds, fc.nat(3), fc.nat(3), (lot, some, shift, otherShift) => {
        const page = pageCount(lot.quantity) - 1;
        const length = pageBytes(lot, page);
        const count = length / lot.seedLength;
        const ends = some.map(pair => pair.map(end => end % (count + 1)).sort((a, b) => a - b));
        const living = normalise(
          ends.map(([first = 0, after = 0]) => ({ first, after })),
          count,
        );
        const seeds = bytes(length, 'seeds', shift);
        const pads = bytes(length, 'pads', otherShift);
        const sealed = sealPage(lot, page, key, seeds, pads);
        const room = bytes(length, 'pads', otherShift);
        openPage(lot, page, key, sealed, room, living);
        const expected = new Uint8Array(length);
        for (const { first, after } of living) {
          expected.set(
            seeds.subarray(first * lot.seedLength, after * lot.seedLength),
            first * lot.seedLength,
          );
        }
        expect(Buffer.compare(room, expected)).toBe(0);
        expect(Buffer.compare(seeds, bytes(length, 'seeds'))).toBe(0);
      }),
    );
  });

  it('wipes the pads that it used, also when it cannot seal', () => {
    const seeds = bytes(pageBytes(shape, 1), 'seeds');
    const pads = bytes(seeds.length, 'pads');
    sealPage(shape, 1, key, seeds, pads);
    expect(pads.every(byte => byte === 0)).toBe(true);
    pads.fill(1);
    expect(() => sealPage({ ...shape, lot: '' }, 1, key, seeds, pads)).toThrow(refusal('shape_invalid'));
    expect(pads.every(byte => byte === 0)).toBe(true);
  });

  it('is not made without a pad for every seed: of a punctured serial, or when the pads were used before', async () => {
    const lot = { ...shape, quantity: 40 };
    using frontier = Frontier.create(lot);
    const nothing = () => Promise.reject(new Error('nothing is stored'));
    const [seeds, pads] = [bytes(800, 'seeds'), new Uint8Array(800)];
    await frontier.padsOfPage(0, nothing, pads);
    sealPage(lot, 0, key, seeds, pads);
    expect(() => sealPage(lot, 0, key, seeds, pads)).toThrow(refusal('pad_missing'));
    const blobs = await frontier.puncture([{ first: 39, after: 40 }], nothing);
    await frontier.padsOfPage(0, async () => blobs.get(0) ?? new Uint8Array(), pads);
    expect(() => sealPage(lot, 0, key, seeds, pads)).toThrow(refusal('pad_missing'));
    expect(pads.every(byte => byte === 0)).toBe(true);
  });

  it('is another one at every seal, and never shows a seed', () => {
    const seeds = Buffer.from(bytes(pageBytes(shape, 1), 'seeds'));
    const seal = () => Buffer.from(sealPage(shape, 1, key, seeds, bytes(seeds.length, 'pads')));
    const [first, second] = [seal(), seal()];
    expect(first.subarray(0, 12).equals(second.subarray(0, 12))).toBe(false);
    expect(first.subarray(12, -16).equals(second.subarray(12, -16))).toBe(false);
    for (let at = 0; at < seeds.length; at += shape.seedLength) {
      expect(first.includes(seeds.subarray(at, at + shape.seedLength))).toBe(false);
    }
  });

  it('is refused with any bit flipped, cut off or added, and leaves no seed behind', () => {
    const one = { ...shape, quantity: 3 };
    const seeds = bytes(60, 'seeds');
    const sealed = sealPage(one, 0, key, seeds, bytes(60, 'pads'));
    const mutants = Array.from(sealed, (byte, at) =>
      sealed.map((old, i) => (i === at ? byte ^ (1 << (at % 8)) : old)),
    );
    const lengths = Array.from(sealed, (_, length) => sealed.slice(0, length));
    for (const mutant of [...mutants, ...lengths, Uint8Array.of(...sealed, 0)]) {
      const room = bytes(60, 'pads');
      expect(() => openPage(one, 0, key, mutant, room, all(3))).toThrow(DAMAGED);
      expect(Buffer.compare(room, bytes(60, 'pads'))).toBe(0);
    }
  });

  it.each<[Partial<LotShape>, number]>([
    [{ lot: 'lot-2' }, 1],
    [{ firstSerial: 4_712n }, 1],
    [{ quantity: 8192 + 904, seedLength: 20 }, 2],
    [{ seedLength: 40, quantity: 4096 + 452 }, 1],
  ])('is refused as that of %o, page %i', (change, page) => {
    const length = pageBytes(shape, 1);
    const sealed = sealPage(shape, 1, key, bytes(length, 'seeds'), bytes(length, 'pads'));
    const other = { ...shape, ...change };
    const room = bytes(pageBytes(other, page), 'pads');
    expect(room.length).toBe(length);
    expect(() => openPage(other, page, key, sealed, room, [])).toThrow(DAMAGED);
  });

  it('is refused in the place of another page and under another key', () => {
    const lot = { ...shape, quantity: 8192 };
    const length = pageBytes(lot, 0);
    const sealed = sealPage(lot, 0, key, bytes(length, 'seeds'), bytes(length, 'pads'));
    const room = new Uint8Array(length);
    expect(() => openPage(lot, 1, key, sealed, room, all(4096))).toThrow(DAMAGED);
    expect(() => openPage(lot, 0, drawKey(), sealed, room, all(4096))).toThrow(DAMAGED);
    openPage(lot, 0, key, sealed, room, all(4096));
  });

  it('is not made or opened with a wrong buffer, page or range', () => {
    const room = bytes(pageBytes(shape, 1), 'pads');
    const short = room.subarray(1);
    const sealed = sealPage(shape, 1, key, room, room.slice());
    expect(() => sealPage(shape, 1, key, short, room)).toThrow(refusal('buffer_invalid'));
    expect(() => sealPage(shape, 1, key, room, short)).toThrow(refusal('buffer_invalid'));
    expect(() => openPage(shape, 1, key, sealed, short, [])).toThrow(refusal('buffer_invalid'));
    for (const page of [-1, 2, 0.5]) {
      expect(() => sealPage(shape, page, key, room, room)).toThrow(refusal('index_invalid'));
      expect(() => openPage(shape, page, key, sealed, room, [])).toThrow(refusal('index_invalid'));
    }
    expect(() => openPage(shape, 1, key, sealed, room, all(905))).toThrow(refusal('index_invalid'));
  });
});

test('the memory of a page is given back at once, unless it is part of more', () => {
  const page = new Uint8Array(1000);
  const more = new Uint8Array(1000);
  freePage(page);
  freePage(more.subarray(1));
  expect([page.buffer.byteLength, more.buffer.byteLength]).toEqual([0, 1000]);
});

test('seeds are drawn for all of a page, into the room that was given, and wiped with it', () => {
  const room = pageMemory(shape);
  const { bytes: memory } = room;
  expect(memory.length).toBe(4096 * 20);
  const first = drawSeeds(shape, 1, room);
  expect(first.length).toBe(904 * 20);
  expect(first.buffer).toBe(memory.buffer);
  const drawn = Array.from({ length: 904 }, (_, i) =>
    Buffer.from(first).toString('hex', i * 20, i * 20 + 20),
  );
  const again = drawSeeds(shape, 1, room);
  drawn.push(
    ...Array.from({ length: 904 }, (_, i) => Buffer.from(again).toString('hex', i * 20, i * 20 + 20)),
  );
  expect(new Set(drawn).size).toBe(2 * 904);
  room.wipe();
  expect(memory.every(byte => byte === 0)).toBe(true);
});
