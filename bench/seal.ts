import { createCipheriv, generateKeySync, randomFillSync } from 'node:crypto';
import { type LotShape, pageCount } from '@seedlot/domain';
import { drawSeeds, Frontier, pageMemory, sealPage } from '@seedlot/erasable';
import { inAlternation, ratios, spread, type Table } from './rounds.ts';
import type { Scale } from './scale.ts';

const SHAPE: LotShape = {
  lot: 'bench-seal',
  firstSerial: 1_000_000_000_000n,
  quantity: 1_000_000,
  seedLength: 20,
};

/** The rival needs over ten seconds for a million; its rate does not depend on the number. */
const RIVAL_SEEDS = 200_000;
const RIVAL_BATCH = 4_000;

/** A whole lot: new tree, pads, random seeds, sealed pages and top, on one core, nothing stored. */
async function sealLot(): Promise<number> {
  const pageKey = generateKeySync('aes', { length: 256 });
  using frontier = Frontier.create(SHAPE);
  using seedRoom = pageMemory(SHAPE);
  using padRoom = pageMemory(SHAPE);
  for (let page = 0; page < pageCount(SHAPE.quantity); page++) {
    const seeds = drawSeeds(SHAPE, page, seedRoom);
    const pads = padRoom.bytes.subarray(0, seeds.length);
    await frontier.padsOfPage(page, nothingStored, pads);
    sealPage(SHAPE, page, pageKey, seeds, pads);
  }
  frontier.sealTop(generateKeySync('aes', { length: 256 }));
  return SHAPE.quantity;
}

function nothingStored(segment: number): Promise<never> {
  return Promise.reject(new Error(`segment ${segment} of a new lot is whole`));
}

/** Seeds with one AES-256-GCM call each, as a table with an encrypted column has it. */
async function sealEachSeed(): Promise<number> {
  const key = generateKeySync('aes', { length: 256 });
  const seeds = Buffer.allocUnsafeSlow(RIVAL_BATCH * SHAPE.seedLength);
  const nonces = Buffer.allocUnsafeSlow(RIVAL_BATCH * 12);
  for (let done = 0; done < RIVAL_SEEDS; done += RIVAL_BATCH) {
    randomFillSync(seeds);
    randomFillSync(nonces);
    for (let i = 0; i < RIVAL_BATCH; i++) {
      const cipher = createCipheriv('aes-256-gcm', key, nonces.subarray(i * 12, i * 12 + 12));
      cipher.update(seeds.subarray(i * SHAPE.seedLength, (i + 1) * SHAPE.seedLength));
      cipher.final();
      cipher.getAuthTag();
    }
  }
  return RIVAL_SEEDS;
}

/** Seeds generated and sealed per second on one core, without the database. */
export async function run({ rounds }: Scale): Promise<Table> {
  const results = await inAlternation({ lot: () => rate(sealLot), rival: () => rate(sealEachSeed) }, rounds);
  const rival = results.get('rival')?.map(({ clock }) => clock);
  const row = (name: string, rates: readonly Rate[] = []) => {
    const clock = rates.map(each => each.clock);
    return [name, spread(clock), spread(rates.map(({ processor }) => processor)), ratios(clock, rival)];
  };
  return {
    title: 'Seeds of 20 bytes generated and sealed per second, one core, no database',
    columns: ['way', 'by the clock', 'by processor time', 'times the rival'],
    rows: [
      row('lot of 1,000,000: tree, pads, random seeds, sealed pages', results.get('lot')),
      row('rival: one AES-256-GCM call a seed', results.get('rival')),
    ],
  };
}

/** Seeds per second; processor time tells the same on a machine that others keep busy. */
interface Rate {
  readonly clock: number;
  readonly processor: number;
}

/** @param work resolves to how many seeds it sealed */
async function rate(work: () => Promise<number>): Promise<Rate> {
  const [start, used] = [performance.now(), process.cpuUsage()];
  const seeds = await work();
  const { user, system } = process.cpuUsage(used);
  return { clock: (seeds / (performance.now() - start)) * 1e3, processor: (seeds / (user + system)) * 1e6 };
}
