import { text } from 'node:stream/consumers';
import { faultLine } from '@seedlot/service-kit';
import { checkShreds } from '@seedlot/shredder';
import { openRings } from './rings.ts';
import type { CheckRequest } from './self-check.ts';

const { url, shreds, ...slots }: CheckRequest = JSON.parse(await text(process.stdin));
const rings = await openRings({ url: () => url }, slots, 'seedlot_shredder');
try {
  await checkShreds({ reader: rings.reader, rings }, shreds);
} catch (error) {
  process.stderr.write(`${faultLine(error)}\n`);
  process.exitCode = 1;
} finally {
  await rings.close();
}
