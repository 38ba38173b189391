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
  const mine = async (table: 'seeds_ring.lot_keys' | 'seeds_ring.pages') =>
    (await versionsOf(database, table)).filter(row => row.lot_id === shape.lot);
  const pages = await mine('seeds_ring.pages');
  const seeds = new Set<string>();
  for (const { frontier, frontier_version } of await mine('seeds_ring.lot_keys')) {
    for (const key of keys) {
      using open = orNothing(() => Frontier.open(shape, Number(frontier_version), bytes(frontier), key));
      if (open === null) continue;
      for (const { page, sealed } of pages) {
        for (const pageKey of keys) {
          const room = await pageOf({ shape, frontier: open, page: Number(page), pageKey }, bytes(sealed));
          for (const seed of room) seeds.add(seed);
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
}

async function pageOf({ shape, frontier, page, pageKey }: Attempt, sealed: Buffer): Promise<string[]> {
  if (page >= pageCount(shape.quantity)) return [];
  const room = Buffer.alloc(pageBytes(shape, page));
  const living = await frontier.padsOfPage(
    page,
    () => Promise.reject(new Error('no segment was ever stored')),
    room,
  );
  const opened = orNothing(() => openPage(shape, page, pageKey, sealed, room, living) ?? true);
  if (opened === null) return [];
  return Array.from({ length: room.length / shape.seedLength }, (_, i) =>
    room.toString('hex', i * shape.seedLength, (i + 1) * shape.seedLength),
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
