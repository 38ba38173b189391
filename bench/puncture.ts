import { generateKeySync } from 'node:crypto';
import type { LotShape } from '@seedlot/domain';
import { Frontier, type IndexRange } from '@seedlot/erasable';
import { inAlternation, spread, type Table } from './rounds.ts';
import type { Scale } from './scale.ts';

const SHAPE: LotShape = { lot: 'bench-puncture', firstSerial: 0n, quantity: 1_000_000, seedLength: 20 };

/** Punctures a new lot: from the opened top blob to all changed blobs sealed again, nothing stored. */
async function puncture(serials: IndexRange[]): Promise<{ milliseconds: number; bytes: number }> {
  const key = generateKeySync('aes', { length: 256 });
  const nextKey = generateKeySync('aes', { length: 256 });
  using created = Frontier.create(SHAPE);
  const top = created.sealTop(key);
  const start = performance.now();
  using frontier = Frontier.open(SHAPE, 0, top, key);
  const blobs = await frontier.puncture(serials, segment =>
    Promise.reject(new Error(`${segment} is not stored`)),
  );
  const sealed = [frontier.sealTop(nextKey), ...[...blobs.values()].filter(blob => blob !== null)];
  const milliseconds = performance.now() - start;
  return { milliseconds, bytes: sealed.reduce((sum, blob) => sum + blob.length, 0) };
}

function randomRange(size: number): IndexRange {
  const first = Math.floor(Math.random() * (SHAPE.quantity - size));
  return { first, after: first + size };
}

/** Milliseconds and bytes of blobs of punctures of a million serials. */
export async function run({ rounds }: Scale): Promise<Table> {
  const results = await inAlternation(
    {
      'one serial': () => puncture([randomRange(1)]),
      '1,000 random serials': () => puncture(Array.from({ length: 1000 }, () => randomRange(1))),
      'one range of 50,000': () => puncture([randomRange(50_000)]),
    },
    rounds,
  );
  return {
    title: 'Puncturing a lot of 1,000,000: opening the top blob to sealing what changed',
    columns: ['punctured', 'ms', 'bytes of all blobs'],
    rows: [...results].map(([name, punctures]) => [
      name,
      spread(punctures.map(({ milliseconds }) => milliseconds)),
      spread(punctures.map(({ bytes }) => bytes)),
    ]),
  };
}
