import { afterEach, expect, test, vi } from 'vitest';
import { Frontier } from './frontier.ts';
import { pageMemory } from './random-seeds.ts';
import { drawKey } from './testing/stored-frontier.ts';

/** Every array of secrets that the package got from or gave to node:crypto. */
const secrets = vi.hoisted(() => new Set<Uint8Array>());

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
const isWiped = (bytes: Uint8Array) => bytes.every(byte => byte === 0);

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
  using pads = pageMemory(shape);
  await reopened.padsOfPage(0, load, pads.bytes);
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
  expect([...secrets].filter(bytes => !isWiped(bytes))).toEqual([]);
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
  expect([...secrets].filter(bytes => !isWiped(bytes))).toEqual([]);
});
