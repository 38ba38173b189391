import { createDatabase, createPool } from '@seedlot/database';
import type { LotShape } from '@seedlot/domain';
import {
  ErasableError,
  Frontier,
  type KeyId,
  type Keyring,
  type KeyringRows,
  keyOf,
  openPage,
  openSealedFile,
  pageBytes,
  type RingRows,
} from '@seedlot/erasable';
import { readKeyring, readPage, readSealedLot, readSegment, type SealedLot } from '@seedlot/ledger';
import type { ObjectStore } from '@seedlot/object-store';
import type { Stack } from '../stack.ts';
import { seedHash } from './seed-census.ts';

/** A copy of all that is stored of one lot and of one export: what a backup of that day holds. */
export interface Loot {
  readonly shape: LotShape;
  readonly lot: SealedLot;
  readonly firstPage: Buffer;
  readonly segment: Buffer | null;
  readonly seedsRing: RingRows;
  readonly filesRing: RingRows;
  readonly file: { readonly keyId: KeyId; readonly attempt: string; readonly sealed: Buffer };
}

/** What opened with the root keys that exist at the moment of the attempt. */
export interface Opened {
  /** Hashes of seeds. */
  readonly seeds: ReadonlySet<string>;
  readonly fileBytes: number;
}

/** Copies database and object store as they stand, with every right. */
export async function copyEverything(stack: Stack, shape: LotShape, file: string): Promise<Loot> {
  const url = stack.logins.url('seedlot_shredder');
  const pool = createPool({ url, applicationName: 'demo thief', max: 2 });
  try {
    const reader = { sql: createDatabase(pool) };
    const stored = await reader.sql
      .selectFrom('files')
      .select(['key_id as keyId', 'attempt_id as attempt', 'object_name as objectName'])
      .where('id', '=', file)
      .executeTakeFirstOrThrow();
    return {
      shape,
      lot: await readSealedLot(reader, shape.lot),
      firstPage: await readPage(reader, shape.lot, 0),
      segment: await readSegment(reader, shape.lot, 0).catch(() => null),
      seedsRing: await readKeyring(reader, 'seeds').snapshot('all'),
      filesRing: await readKeyring(reader, 'files').snapshot('all'),
      file: { ...stored, sealed: await readWhole(stack.objects, stored.objectName) },
    };
  } finally {
    await pool.end();
  }
}

/** Tries every door with the copy and the root keys of now. */
export async function tryToOpen(stack: Stack, loot: Loot): Promise<Opened> {
  return {
    seeds: (await orNothing(() => openSeeds(stack.rings.seeds.keyring, loot))) ?? new Set(),
    fileBytes: (await orNothing(() => openFile(stack.rings.files.keyring, loot))) ?? 0,
  };
}

/** Seeds of the first page. */
async function openSeeds(
  keyring: Keyring,
  { shape, lot, firstPage, segment, seedsRing }: Loot,
): Promise<Set<string>> {
  const keys = await keyring.openKeys(copyOf(seedsRing), [lot.frontierKey, lot.pageKey]);
  using frontier = Frontier.open(shape, lot.frontierVersion, lot.frontier, keyOf(keys, lot.frontierKey));
  const room = Buffer.alloc(pageBytes(shape, 0));
  try {
    const living = await frontier.padsOfPage(0, () => Promise.resolve(segment ?? Buffer.alloc(0)), room);
    openPage(shape, 0, keyOf(keys, lot.pageKey), firstPage, room, living);
    const seeds = new Set<string>();
    for (const { first, after } of living) {
      for (let at = first; at < after; at++) {
        seeds.add(seedHash(room.subarray(at * shape.seedLength, (at + 1) * shape.seedLength)));
      }
    }
    return seeds;
  } finally {
    room.fill(0);
  }
}

async function openFile(keyring: Keyring, { filesRing, file }: Loot): Promise<number> {
  const key = await keyring.openKey(copyOf(filesRing), file.keyId);
  const source = {
    size: file.sealed.length,
    read: async function* ({ start, end }: { start: number; end: number }) {
      yield file.sealed.subarray(start, end);
    },
  };
  let bytes = 0;
  for await (const chunk of openSealedFile(key, file.attempt, source)) bytes += chunk.length;
  return bytes;
}

function copyOf(rows: RingRows): KeyringRows {
  return { ring: rows.ring, find: async () => rows, snapshot: async () => rows };
}

async function readWhole(objects: ObjectStore, name: string): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(objects.read(name)));
}

async function orNothing<T>(open: () => Promise<T>): Promise<T | null> {
  try {
    return await open();
  } catch (fault) {
    if (fault instanceof ErasableError) return null;
    throw fault;
  }
}
