import { PAGE_SIZE, pageCount } from '@seedlot/domain';
import { Frontier, Keyring, keyOf, openPage, pageBytes } from '@seedlot/erasable';
import { readDispatchOrder, readKeyring, readPage, readSealedLot, readSegment } from '@seedlot/ledger';
import type { World } from './world.ts';

/** The living seeds of a lot in hex by the number of their serial, from its sealed pages and the keys of today. */
export async function openSeeds({ ledger, slots }: World, lot: string): Promise<Map<bigint, string>> {
  const { shape } = await readDispatchOrder(ledger, lot);
  const { frontierKey, pageKey, frontierVersion, frontier: top } = await readSealedLot(ledger, lot);
  const ring = new Keyring('seeds', slots.seeds);
  const keys = await ring.openKeys(readKeyring(ledger, 'seeds'), [frontierKey, pageKey]);
  using frontier = Frontier.open(shape, frontierVersion, top, keyOf(keys, frontierKey));
  const seeds = new Map<bigint, string>();
  for (let page = 0; page < pageCount(shape.quantity); page++) {
    const room = Buffer.alloc(pageBytes(shape, page));
    const living = await frontier.padsOfPage(page, segment => readSegment(ledger, lot, segment), room);
    openPage(shape, page, keyOf(keys, pageKey), await readPage(ledger, lot, page), room, living);
    for (const { first, after } of living) {
      for (let at = first; at < after; at++) {
        const seed = room.subarray(at * shape.seedLength, (at + 1) * shape.seedLength);
        seeds.set(shape.firstSerial + BigInt(page * PAGE_SIZE + at), seed.toString('hex'));
      }
    }
  }
  return seeds;
}
