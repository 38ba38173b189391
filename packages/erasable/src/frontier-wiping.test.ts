import { afterEach, expect, test, vi } from 'vitest';
import { seal } from './aead.ts';
import { Frontier } from './frontier.ts';
import { openTop } from './frontier-top.ts';
import { refusal } from './testing/refusal.ts';
import { drawKey } from './testing/stored-frontier.ts';
import { PadTree } from './tree.ts';
import { NODE_LENGTH } from './tree-prg.ts';
import { lotContext } from './tree-shape.ts';

/** All memory of the package's own for secrets, and every array of secrets that it got from or gave to node:crypto. */
const secrets = vi.hoisted(() => new Set<Uint8Array>());

vi.mock('./tree-memory.ts', async original => {
  const memory = await original<typeof import('./tree-memory.ts')>();
  return {
    secretMemory: (length: number) => {
      const bytes = memory.secretMemory(length);
      secrets.add(bytes);
      return bytes;
    },
  };
});

vi.mock('node:crypto', async original => {
  const crypto = await original<typeof import('node:crypto')>();
  const watch = <T extends Uint8Array>(bytes: T): T => {
    secrets.add(bytes);
    return bytes;
  };
  return {
    ...crypto,
    hash: (name: string, input: Uint8Array, options: object) =>
      watch(crypto.hash(name, input, options) as never),
    randomFillSync: (bytes: Uint8Array) => crypto.randomFillSync(bytes.length === 32 ? watch(bytes) : bytes),
    createSecretKey: (bytes: Uint8Array) => crypto.createSecretKey(watch(bytes)),
    createDecipheriv: (...args: Parameters<typeof crypto.createDecipheriv>) => {
      const decipher = crypto.createDecipheriv(...args);
      const update = decipher.update.bind(decipher);
      return Object.assign(decipher, { update: (bytes: Uint8Array) => watch(update(bytes)) });
    },
    createCipheriv: (...args: Parameters<typeof crypto.createCipheriv>) => {
      const cipher = crypto.createCipheriv(...args);
      const update = cipher.update.bind(cipher);
      return Object.assign(cipher, { update: (bytes: Uint8Array) => update(watch(bytes)) });
    },
  };
});

afterEach(() => secrets.clear());

const shape = { lot: 'lot-1', firstSerial: 0n, quantity: 9000, seedLength: 20 };

/** Lengths of what still holds something. Before the node, what is hashed holds names and places, which are no secret. */
function unwiped(): number[] {
  const secretPart = (bytes: Uint8Array) =>
    bytes.subarray(Buffer.from(bytes).includes('seedlot pad tree') ? -NODE_LENGTH : 0);
  return [...secrets].filter(bytes => secretPart(bytes).some(byte => byte !== 0)).map(({ length }) => length);
}

test('no root, node, pad or segment key outlives the steps that made, read and punctured it', async () => {
  const [first, second] = [drawKey(), drawKey()];
  const created = Frontier.create(shape);
  const top = created.sealTop(first);
  created.wipe();
  const opened = Frontier.open(shape, 0, top, first);
  const blobs = await opened.puncture(
    [
      { first: 7, after: 9 },
      { first: 4000, after: 8999 },
    ],
    () => Promise.reject(),
  );
  const load = async (segment: number) => blobs.get(segment) ?? new Uint8Array();
  const reopened = Frontier.open(shape, 1, opened.sealTop(second), second);
  opened.wipe();
  await reopened.padsOfPage(0, load, new Uint8Array(4096 * 20));
  await reopened.puncture(
    [
      { first: 100, after: 200 },
      { first: 8000, after: 9000 },
    ],
    load,
  );
  await expect(
    reopened.puncture(
      [
        { first: 0, after: 5000 },
        { first: 1, after: 2 },
      ],
      load,
    ),
  ).resolves.toBeDefined();
  reopened.wipe();
  expect(secrets.size).toBeGreaterThan(250);
  expect(unwiped()).toEqual([]);
});

test('a puncture that fails wipes the keys that it drew', async () => {
  const frontier = Frontier.create(shape);
  const blobs = await frontier.puncture(
    [
      { first: 1, after: 2 },
      { first: 5000, after: 5001 },
    ],
    () => Promise.reject(),
  );
  const load = async (segment: number) =>
    segment === 0 ? (blobs.get(0) ?? new Uint8Array()) : new Uint8Array();
  await expect(
    frontier.puncture(
      [
        { first: 2, after: 3 },
        { first: 5001, after: 5002 },
      ],
      load,
    ),
  ).rejects.toThrow();
  frontier.wipe();
  expect(unwiped()).toEqual([]);
});

test('a blob that contradicts itself is wiped as far as it was read', () => {
  const key = drawKey();
  const entry = (segment: number) => [0, segment, 0, 0, 0, 0, 0, 1, ...new Uint8Array(32).fill(9)];
  for (const plaintext of [
    [0, 2, ...entry(0), ...entry(0), 0, 0],
    [0, 1, ...entry(0), 0, 1, 0, 0, 0, 1, ...new Uint8Array(32).fill(7)],
    [0, 1, ...entry(0), 0, 1, 0, 1, 0, 2, ...new Uint8Array(33).fill(7)],
  ]) {
    const sealed = seal(key, lotContext('frontier top v1', shape, 0), Uint8Array.from(plaintext));
    secrets.clear();
    expect(() => openTop(new PadTree(shape), 0, key, sealed)).toThrow(refusal('frontier_damaged'));
    expect(unwiped()).toEqual([]);
  }
});
