import type { LotShape } from '@seedlot/domain';
import { SecretBytes } from '@seedlot/domain';
import { describe, expect, it, test } from 'vitest';
import { seal, secretKey, unseal } from './aead.ts';
import { Frontier } from './frontier.ts';
import { openSegment, type PartialSegment } from './frontier-segment.ts';
import { openTop } from './frontier-top.ts';
import { refusal } from './testing/refusal.ts';
import { drawKey, StoredFrontier } from './testing/stored-frontier.ts';
import { PadTree } from './tree.ts';
import { lotContext } from './tree-shape.ts';

const DAMAGED = refusal('frontier_damaged');
const shape: LotShape = { lot: 'lot-1', firstSerial: 4_711n, quantity: 9000, seedLength: 20 };
const tree = new PadTree(shape);

const uint16 = (value: number) => [value >>> 8, value & 0xff];
const uint32 = (value: number) => [...uint16(value >>> 16), ...uint16(value & 0xffff)];

/** A lot of three segments: the first and the last have lost serials, the second is whole. */
async function twicePunctured(): Promise<StoredFrontier> {
  const stored = new StoredFrontier(shape);
  await stored.puncture({ first: 100, after: 101 });
  await stored.puncture({ first: 8500, after: 8600 });
  return stored;
}

function* mutants(bytes: Uint8Array): Generator<Uint8Array> {
  for (let length = 0; length < bytes.length; length += 7) yield bytes.slice(0, length);
  yield Uint8Array.of(...bytes, 0);
  for (let at = 0; at < bytes.length; at++) {
    const mutant = bytes.slice();
    mutant[at] = (mutant[at] ?? 0) ^ (1 << (at % 8));
    yield mutant;
  }
}

function pads(stored: StoredFrontier, page: number) {
  const out = new Uint8Array(Math.min(4096, shape.quantity - page * 4096) * shape.seedLength);
  return stored.open().padsOfPage(page, segment => stored.load(segment), out);
}

describe('a stored frontier', () => {
  it('is refused with any bit of the top flipped, cut off or added', async () => {
    const stored = await twicePunctured();
    for (const top of mutants(stored.top)) {
      expect(() => Object.assign(stored.copy(), { top }).open()).toThrow(DAMAGED);
    }
  });

  it('is refused with any bit of a segment flipped, cut off or added', async () => {
    const stored = await twicePunctured();
    for (const blob of mutants(await stored.load(0))) {
      stored.blobs.set(0, blob);
      await expect(pads(stored, 0)).rejects.toEqual(DAMAGED);
    }
  });

  it.each<Partial<StoredFrontier>>([
    { version: 1 },
    { version: 3 },
    { shape: { ...shape, lot: 'lot-2' } },
    { shape: { ...shape, firstSerial: 4_712n } },
    { shape: { ...shape, quantity: 9001 } },
    { shape: { ...shape, seedLength: 32 } },
    { key: drawKey() },
  ])('is refused with %o', async change => {
    const stored = await twicePunctured();
    expect(() => Object.assign(stored, change).open()).toThrow(DAMAGED);
  });

  it('is refused with another segment, an older one of this lot, or that of another lot in its place', async () => {
    const stored = await twicePunctured();
    const old = await stored.load(0);
    await stored.puncture({ first: 101, after: 102 });
    const other = await twicePunctured();
    for (const blob of [old, await stored.load(2), await other.load(0), stored.top]) {
      const mixed = stored.copy();
      mixed.blobs.set(0, blob);
      await expect(pads(mixed, 0)).rejects.toEqual(DAMAGED);
    }
  });

  it('gives an old backup nothing once the old frontier key is gone, but all that lives when it is not', async () => {
    const backup = await twicePunctured();
    const stored = backup.copy();
    await stored.puncture({ first: 101, after: 102 });
    expect(await pads(backup, 0)).toEqual([
      { first: 0, after: 100 },
      { first: 101, after: 4096 },
    ]);
    expect(() => Object.assign(backup, { key: stored.key }).open()).toThrow(DAMAGED);
    const restored = Object.assign(stored.copy(), { blobs: backup.blobs });
    await expect(pads(restored, 0)).rejects.toEqual(DAMAGED);
  });
});

/** An attacker needs no tag to decrypt: an older blob of a segment is safe only because its key is in no newer top. */
test('a punctured segment is sealed under a key that was never used before', async () => {
  const stored = new StoredFrontier(shape);
  const keys: string[] = [];
  for (let serial = 0; serial < 10; serial++) {
    await stored.puncture({ first: serial, after: serial + 1 });
    const entry = openTop(tree, stored.version, stored.key, stored.top).partial.get(0);
    keys.push(Buffer.from(entry?.key.bytes ?? []).toString('hex'));
  }
  expect(new Set(keys).size).toBe(10);
});

/** Blobs that are authentic and wrong can only come from a fault of ours; they are refused all the same. */
describe('an authentic top blob', () => {
  const key = drawKey();
  const context = lotContext('frontier top v1', shape, 2);
  const sealed = (plaintext: Uint8Array) => seal(key, context, plaintext);
  const open = (plaintext: Uint8Array) => openTop(tree, 2, key, sealed(plaintext));
  const entry = (segment: number, version: number, livingCount: number) => [
    ...uint16(segment),
    ...uint32(version),
    ...uint16(livingCount),
    ...new Uint8Array(32).fill(9),
  ];
  const node = new Uint8Array(32).fill(7);

  it('is read when it makes sense', () => {
    const { whole, partial } = open(
      Uint8Array.of(0, 2, ...entry(0, 1, 4095), ...entry(2, 2, 1), 0, 1, 0, 1, 0, 2, ...node),
    );
    expect(whole.living).toEqual([{ first: 4096, after: 8192 }]);
    expect(whole.secrets).toEqual(node);
    expect(
      [...partial].map(([segment, { version, livingCount }]) => [segment, version, livingCount]),
    ).toEqual([
      [0, 1, 4095],
      [2, 2, 1],
    ]);
  });

  it.each<[string, number[]]>([
    ['an entry from the future', [0, 1, ...entry(0, 3, 1), 0, 0]],
    ['an entry without serials', [0, 1, ...entry(0, 1, 0), 0, 0]],
    ['an entry that is whole', [0, 1, ...entry(0, 1, 4096), 0, 0]],
    ['an entry of more than the last segment has', [0, 1, ...entry(2, 1, 808), 0, 0]],
    ['an entry outside of the lot', [0, 1, ...entry(3, 1, 1), 0, 0]],
    ['the same entry twice', [0, 2, ...entry(0, 1, 1), ...entry(0, 1, 1), 0, 0]],
    ['entries in disorder', [0, 2, ...entry(2, 1, 1), ...entry(0, 1, 1), 0, 0]],
    ['an entry that the whole ones cover', [0, 1, ...entry(0, 1, 1), 0, 1, 0, 0, 0, 1, ...node]],
    ['a range outside of the lot', [0, 0, 0, 1, 0, 0, 0, 4, ...node]],
    ['an empty range', [0, 0, 0, 1, 0, 1, 0, 1]],
    ['a reversed range', [0, 0, 0, 1, 0, 2, 0, 1, ...node]],
    ['ranges that touch', [0, 0, 0, 2, 0, 0, 0, 1, 0, 1, 0, 3, ...node, ...node, ...node]],
    ['a range twice', [0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, ...node]],
    ['ranges in disorder', [0, 0, 0, 2, 0, 2, 0, 3, 0, 0, 0, 1, ...node, ...node]],
    ['a node too few', [0, 0, 0, 2, 0, 0, 0, 1, 0, 2, 0, 3, ...node]],
    ['a node too many', [0, 0, 0, 1, 0, 0, 0, 3, ...node, ...node]],
    ['more entries than bytes', [0xff, 0xff, ...entry(0, 1, 1)]],
    ['more ranges than bytes', [0, 0, 0xff, 0xff, 0, 0, 0, 1]],
    ['nothing', []],
  ])('is refused with %s', (_, plaintext) => {
    expect(() => open(Uint8Array.from(plaintext))).toThrow(DAMAGED);
  });

  it('is refused at every length but its own', async () => {
    const stored = await twicePunctured();
    const plaintext = unseal(stored.key, context, stored.top).bytes;
    for (let length = 0; length < plaintext.length; length++) {
      expect(() => open(plaintext.subarray(0, length))).toThrow(DAMAGED);
    }
    expect(open(plaintext).partial.size).toBe(2);
  });
});

describe('an authentic segment', () => {
  const key = new SecretBytes(new Uint8Array(32).fill(9));
  const top: PartialSegment = { version: 1, livingCount: 1, key };
  const sealed = (plaintext: Uint8Array) => {
    return seal(secretKey(key), lotContext('frontier segment v1', shape, 1, 2), plaintext);
  };
  const open = (plaintext: Uint8Array) => openSegment(tree, 2, top, sealed(plaintext));
  const pad = new Uint8Array(20).fill(7);

  it('is read when it makes sense', () => {
    const { living, secrets } = open(Uint8Array.of(0, 1, 0, 5, 0, 6, ...pad));
    expect(living).toEqual([{ first: 8197, after: 8198 }]);
    expect(secrets).toEqual(pad);
  });

  it.each<[string, number[]]>([
    ['other serials than the top counts', [0, 1, 0, 5, 0, 7, ...pad, ...pad]],
    ['no serials', [0, 0]],
    ['a serial behind the end of the lot', [0, 1, ...uint16(808), ...uint16(809), ...pad]],
    ['a short pad', [0, 1, 0, 5, 0, 6, ...pad.subarray(1)]],
    ['a pad too many', [0, 1, 0, 5, 0, 6, ...pad, ...pad]],
    ['nothing', []],
  ])('is refused with %s', (_, plaintext) => {
    expect(() => open(Uint8Array.from(plaintext))).toThrow(DAMAGED);
  });
});

test('a new frontier is the root alone', () => {
  const key = drawKey();
  using frontier = Frontier.create(shape);
  const { whole, partial } = openTop(tree, 0, key, frontier.sealTop(key));
  expect(whole.secrets.length).toBe(32);
  expect(partial.size).toBe(0);
});
