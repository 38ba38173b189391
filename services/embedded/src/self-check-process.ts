import { text } from 'node:stream/consumers';
import { faultLine } from '@seedlot/service-kit';
import { checkRing } from '@seedlot/shredder';
import { openRings } from './rings.ts';
import type { CheckRequest } from './self-check.ts';

const { url, seeds, files, ...slots }: CheckRequest = JSON.parse(await text(process.stdin));
const rings = await openRings({ url: () => url }, slots, 'seedlot_shredder');
try {
  await checkRing({ ...rings.seeds, changes: seeds });
  await checkRing({ ...rings.files, changes: files });
} catch (error) {
  process.stderr.write(`${faultLine(error)}\n`);
  process.exitCode = 1;
} finally {
  await rings.close();
}
