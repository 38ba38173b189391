import type { KeyObject } from 'node:crypto';
import type { TestDatabase } from '@seedlot/database/testing';
import { type LotShape, pageCount } from '@seedlot/domain';
import { ErasableError, Frontier, openPage, openSealedFile, pageBytes } from '@seedlot/erasable';
import { bytes, versionsOf } from './attic.ts';

/** Seeds of a lot, in hex, that open with any of these keys from any version of its frontier and pages. */
export async function stealSeeds(
  database: TestDatabase,
  shape: LotShape,
  keys: readonly KeyObject[],
): Promise<Set<string>> {
  const mine = async (table: 'seeds_ring.lot_keys' | 'seeds_ring.segments' | 'seeds_ring.pages') =>
    (await versionsOf(database, table)).filter(row => row.lot_id === shape.lot);
  const pages = await mine('seeds_ring.pages');
  const segments = await mine('seeds_ring.segments');
  const seeds = new Set<string>();
  for (const { frontier, frontier_version } of await mine('seeds_ring.lot_keys')) {
    for (const key of keys) {
      using open = orNothing(() => Frontier.open(shape, Number(frontier_version), bytes(frontier), key));
      if (open === null) continue;
      for (const { page, sealed } of pages) {
        for (const pageKey of keys) {
          const blobs = segments.filter(row => row.segment === page).map(row => bytes(row.sealed));
          const attempt = { shape, frontier: open, page: Number(page), pageKey, blobs };
          for (const seed of await pageOf(attempt, bytes(sealed))) seeds.add(seed);
        }
      }
    }
  }
  return seeds;
}

interface Attempt {
  readonly shape: LotShape;
  readonly frontier: Frontier;
  readonly page: number;
  readonly pageKey: KeyObject;
  /** Every version of the page's segment that there ever was. */
  readonly blobs: readonly Buffer[];
}

async function pageOf(attempt: Attempt, sealed: Buffer): Promise<string[]> {
  if (attempt.page >= pageCount(attempt.shape.quantity)) return [];
  const seeds: string[] = [];
  for (const blob of [null, ...attempt.blobs]) seeds.push(...(await openedWith(attempt, blob, sealed)));
  return seeds;
}

async function openedWith(
  { shape, frontier, page, pageKey }: Attempt,
  blob: Buffer | null,
  sealed: Buffer,
): Promise<string[]> {
  const room = Buffer.alloc(pageBytes(shape, page));
  const load = async () => blob ?? Buffer.alloc(0);
  const living = await orNull(frontier.padsOfPage(page, load, room));
  if (living === null) return [];
  const opened = orNothing(() => openPage(shape, page, pageKey, sealed, room, living) ?? true);
  if (opened === null) return [];
  return living.flatMap(({ first, after }) =>
    Array.from({ length: after - first }, (_, i) =>
      room.toString('hex', (first + i) * shape.seedLength, (first + i + 1) * shape.seedLength),
    ),
  );
}

/** Bytes of a stored file that open with any of these keys. */
export async function stealFile(name: string, sealed: Buffer, keys: readonly KeyObject[]): Promise<number> {
  const source = {
    size: sealed.length,
    read: async function* ({ start, end }: { start: number; end: number }) {
      yield sealed.subarray(start, end);
    },
  };
  const attempt = name.slice(name.lastIndexOf('/') + 1);
  let opened = 0;
  for (const key of keys) {
    try {
      for await (const chunk of openSealedFile(key, attempt, source)) opened += chunk.length;
    } catch (fault) {
      if (!(fault instanceof ErasableError)) throw fault;
    }
  }
  return opened;
}

function orNothing<T>(open: () => T): T | null {
  try {
    return open();
  } catch (fault) {
    if (fault instanceof ErasableError) return null;
    throw fault;
  }
}

async function orNull<T>(opening: Promise<T>): Promise<T | null> {
  return opening.catch(fault => {
    if (fault instanceof ErasableError) return null;
    throw fault;
  });
}
