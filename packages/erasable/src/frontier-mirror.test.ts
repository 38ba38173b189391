import type { LotShape } from '@seedlot/domain';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { exportFrontier, readFrontier } from './frontier-mirror.ts';
import { type StoredFrontier, verifyFrontier } from './frontier-verify.ts';
import { refusal } from './testing/refusal.ts';
import { drawKey, StoredFrontier as Punctured } from './testing/stored-frontier.ts';
import { type IndexRange, normalise, subtract } from './tree-ranges.ts';

const QUANTITY = 10_000;
const shape: LotShape = { lot: 'lot-000001', firstSerial: 99n, quantity: QUANTITY, seedLength: 20 };
const everything = [{ first: 0, after: QUANTITY }];

const storedAs = (punctured: Punctured): StoredFrontier => ({
  shape,
  version: punctured.version,
  top: punctured.top,
  segments: [...punctured.blobs.keys()].sort((a, b) => a - b),
  load: segment => punctured.load(segment),
});

async function mirrorOf(punctured: Punctured): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(exportFrontier(storedAs(punctured))));
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function verify(mirror: Uint8Array, key: Punctured['key'], size = 1000): Promise<readonly IndexRange[]> {
  return readFrontier(pieces(mirror, size), stored => verifyFrontier(stored, key));
}

const ranges = fc.array(
  fc.tuple(fc.nat(QUANTITY - 1), fc.integer({ min: 1, max: 5000 })).map(([first, size]) => {
    return { first, after: Math.min(QUANTITY, first + size) };
  }),
  { maxLength: 4 },
);

describe('the mirror of a frontier', () => {
  it('opens to just the serials that were not punctured, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(ranges, ranges, fc.integer({ min: 1, max: 3000 }), async (first, second, size) => {
        const punctured = new Punctured(shape);
        await punctured.puncture(...first);
        await punctured.puncture(...second);
        const living = await verify(await mirrorOf(punctured), punctured.key, size);
        expect(living).toEqual(subtract(everything, normalise([...first, ...second], QUANTITY)));
      }),
      { numRuns: 25 },
    );
  });

  describe('of two punctures', () => {
    let punctured: Punctured;
    let mirror: Buffer;
    beforeEach(async () => {
      punctured = new Punctured(shape);
      await punctured.puncture({ first: 1, after: 2 }, { first: 5000, after: 5001 });
      await punctured.puncture({ first: 7, after: 9 });
      mirror = await mirrorOf(punctured);
    });

    it('is refused with any byte changed, cut or put in, and as another line by line', async () => {
      const place = fc.nat(mirror.length - 1);
      const byte = fc.integer({ min: 1, max: 255 });
      const mutant = fc.oneof(
        fc.tuple(place, byte).map(([at, by]) => mirror.map((v, index) => (index === at ? v ^ by : v))),
        place.map(at => mirror.subarray(0, at)),
        fc
          .tuple(place, byte)
          .map(([at, put]) => Buffer.concat([mirror.subarray(0, at), Buffer.of(put), mirror.subarray(at)])),
        fc.constant(Buffer.concat([mirror, mirror])),
      );
      const codes = ['mirror_malformed', 'frontier_damaged', 'shape_invalid', 'index_invalid'];
      await fc.assert(
        fc.asyncProperty(mutant, async bytes => {
          const fault = await verify(bytes, punctured.key).then(
            () => null,
            fault => fault,
          );
          expect(codes).toContain(fault?.code);
        }),
        { numRuns: 500 },
      );
    });

    it('is refused under another key, by the name of its lot', async () => {
      const fault: unknown = await verify(mirror, drawKey()).catch(fault => fault);
      expect(fault).toEqual(refusal('frontier_damaged'));
      expect(String(fault)).toContain('lot-000001');
    });

    it('is refused with a segment from before, which still opens the punctured serials', async () => {
      const before = punctured.copy();
      await punctured.puncture({ first: 100, after: 101 });
      punctured.blobs.set(0, before.blobs.get(0) ?? Buffer.alloc(0));
      await expect(verify(await mirrorOf(punctured), punctured.key)).rejects.toEqual(
        refusal('frontier_damaged'),
      );
    });

    it('is refused with a segment that the top does not name, or without one that it does', async () => {
      punctured.blobs.set(2, Buffer.alloc(100));
      await expect(verify(await mirrorOf(punctured), punctured.key)).rejects.toEqual(
        refusal('frontier_damaged'),
      );
      punctured.blobs.delete(2);
      punctured.blobs.delete(1);
      await expect(verify(await mirrorOf(punctured), punctured.key)).rejects.toEqual(
        refusal('frontier_damaged'),
      );
    });

    it('is refused when a part of it was not looked at', async () => {
      const unread = readFrontier(pieces(mirror, 1000), async () => 'nothing loaded');
      await expect(unread).rejects.toEqual(refusal('mirror_malformed'));
    });
  });

  it('has lines of bounded length only', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield Buffer.alloc(65_536, '1');
    }
    const read = readFrontier(endless(), async () => null);
    await expect(read).rejects.toEqual(refusal('mirror_malformed'));
  });
});
