import { generateKeySync } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { LotShape } from '@seedlot/domain';
import { Frontier } from '../frontier.ts';
import { openTop } from '../frontier-top.ts';
import { drawSeeds, pageMemory } from '../random-seeds.ts';
import { openPage, sealPage } from '../sealed-page.ts';
import { PadTree } from '../tree.ts';

/**
 * A process whose memory another one searches: it seals, punctures and opens a lot, tells which secrets it holds, waits for
 * a line, ends the step, tells so and waits again. It tells them inverted, so that its own telling is no copy.
 */
const shape: LotShape = { lot: 'lot-1', firstSerial: 0n, quantity: 9000, seedLength: 20 };
const drawKey = () => generateKeySync('aes', { length: 256 });
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function tell(message: object): Promise<void> {
  process.stdout.write(`${JSON.stringify(message)}\n`);
  await lines.next();
}

function inverted(secret: Uint8Array, length: number): string {
  return Buffer.from(secret.subarray(0, length).map(byte => byte ^ 0xff)).toString('hex');
}

async function step(): Promise<void> {
  const [firstKey, nextKey, pageKey] = [drawKey(), drawKey(), drawKey()];
  const blobs = new Map<number, Uint8Array | null>();
  const load = async (segment: number) => blobs.get(segment) ?? new Uint8Array();
  using seedRoom = pageMemory(shape);
  using padRoom = pageMemory(shape);
  using frontier = Frontier.create(shape);
  using root = openTop(new PadTree(shape), 0, firstKey, frontier.sealTop(firstKey)).whole;
  const seeds = drawSeeds(shape, 0, seedRoom);
  await frontier.padsOfPage(0, load, padRoom.bytes);
  const page = sealPage(shape, 0, pageKey, seeds, padRoom.bytes);
  for (const [segment, blob] of await frontier.puncture([{ first: 9, after: 10 }], load))
    blobs.set(segment, blob);
  const { whole, partial } = openTop(new PadTree(shape), 1, nextKey, frontier.sealTop(nextKey));
  using nodes = whole;
  using segmentKey = partial.get(0)?.key;
  const living = await frontier.padsOfPage(0, load, seedRoom.bytes);
  openPage(shape, 0, pageKey, page, seedRoom.bytes, living);
  await frontier.padsOfPage(0, load, padRoom.bytes);
  await tell({
    root: inverted(root.secrets, 32),
    node: inverted(nodes.secrets, 32),
    segmentKey: inverted(segmentKey?.bytes ?? new Uint8Array(), 32),
    pad: inverted(padRoom.bytes, 20),
    seed: inverted(seedRoom.bytes, 20),
  });
}

await step();
globalThis.gc?.();
await tell({});
