import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportIndex, type FrontierIndex, parseIndex } from './frontier-index.ts';
import { refusal } from './testing/refusal.ts';

const lot = (id: number) => ({
  shape: { lot: `lot-00000${id}`, firstSerial: 10n ** 17n + BigInt(id), quantity: 5, seedLength: 20 },
  version: id,
  frontierKey: randomUUID(),
  pageKey: randomUUID(),
  blob: randomBytes(32),
});

const index: FrontierIndex = { epoch: 7, lots: [lot(0), lot(1), lot(2)] };
const mirror = Buffer.from(exportIndex(index));

describe('the index of frontiers', () => {
  it('holds every lot, in one form for any order', () => {
    expect(parseIndex(mirror)).toEqual(index);
    expect(exportIndex({ epoch: 7, lots: index.lots.toReversed() })).toEqual(mirror);
  });

  it('of no lots is one line', () => {
    const empty = Buffer.from(exportIndex({ epoch: 2, lots: [] }));
    expect(empty.toString()).toBe('["seedlot frontiers v1",2,0]\n');
    expect(parseIndex(empty)).toEqual({ epoch: 2, lots: [] });
  });

  it('is never read as what it is not: changed bytes are refused, or are another index in full', () => {
    const place = fc.nat(mirror.length - 1);
    const mutant = fc.oneof(
      fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(([at, by]) => {
        return Buffer.from(mirror.map((value, index) => (index === at ? value ^ by : value)));
      }),
      place.map(at => mirror.subarray(0, at)),
      fc.constant(Buffer.concat([mirror, mirror])),
    );
    fc.assert(
      fc.property(mutant, bytes => {
        try {
          expect(Buffer.compare(exportIndex(parseIndex(bytes)), bytes)).toBe(0);
        } catch (fault) {
          expect(fault).toEqual(refusal('mirror_malformed'));
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each(['', '\n', '{}\n', '["seedlot frontiers v1",1,1]\n', '["seedlot frontiers v2",1,0]\n'])(
    'is refused when it is none: %j',
    text => expect(() => parseIndex(Buffer.from(text))).toThrow(refusal('mirror_malformed')),
  );
});
