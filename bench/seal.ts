import { createCipheriv, generateKeySync, randomFillSync } from 'node:crypto';
import { type LotShape, pageCount } from '@seedlot/domain';
import { drawSeeds, Frontier, pageMemory, sealPage } from '@seedlot/erasable';
import { inAlternation, type Spread, spread, type Table } from './rounds.ts';

const SHAPE: LotShape = {
  lot: 'bench-seal',
  firstSerial: 1_000_000_000_000n,
  quantity: 1_000_000,
  seedLength: 20,
};

/** The rival needs over ten seconds for a million; its rate does not depend on the number. */
const RIVAL_SEEDS = 200_000;
const RIVAL_BATCH = 4_000;

/** Seeds a second of a whole lot: new tree, pads, random seeds, sealed pages and top, on one core, nothing stored. */
async function sealLot(): Promise<number> {
  const start = performance.now();
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
  return perSecond(SHAPE.quantity, start);
}

function nothingStored(segment: number): Promise<never> {
  return Promise.reject(new Error(`segment ${segment} of a new lot is whole`));
}

/** Seeds a second with one AES-256-GCM call each, as a table with an encrypted column has it. */
function sealEachSeed(): number {
  const start = performance.now();
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
  return perSecond(RIVAL_SEEDS, start);
}

function perSecond(count: number, start: number): number {
  return (count / (performance.now() - start)) * 1000;
}

/** Seeds generated and sealed per second on one core, without the database. */
export async function benchSeal(): Promise<{ lot: Spread; rival: Spread }> {
  const rates = await inAlternation({ lot: sealLot, rival: sealEachSeed });
  return { lot: spread(rates.get('lot')), rival: spread(rates.get('rival')) };
}

export async function run(): Promise<Table> {
  const { lot, rival } = await benchSeal();
  const row = (name: string, { median, least, most }: Spread) => {
    return [name, ...[median, least, most].map(Math.round), Number((median / rival.median).toFixed(1))];
  };
  return {
    title: 'Seeds of 20 bytes generated and sealed per second, one core, no database',
    columns: ['way', 'median', 'slowest', 'fastest', 'times the rival'],
    rows: [
      row('lot of 1,000,000: tree, pads, random seeds, sealed pages', lot),
      row('rival: one AES-256-GCM call a seed', rival),
    ],
  };
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 2)}\n`);
