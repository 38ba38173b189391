import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { showReport } from '@seedlot/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drain } from '../world/drain.ts';
import { otpOf, receive, sendPart } from '../world/reports.ts';
import { soundWorkers, type Workers } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';

const PROGRAM = fileURLToPath(new URL('judging-process.ts', import.meta.url));
const QUANTITY = 200_000;
const TIME = 1_767_225_600;

/** Of old space, in megabytes: the program alone fills half of it, and all rows of a long report would burst it. */
const HEAP = 64;

let world: World;
let workers: Workers;
beforeAll(async () => {
  world = await createWorld();
  workers = await soundWorkers(world);
});
afterAll(() => world.end());

/** Judges in a process with a small heap; resolves to its exit code, or the signal that ended it. */
async function judgeWithin(megabytes: number, report: string): Promise<unknown> {
  const limits = [`--max-old-space-size=${megabytes}`, '--max-semi-space-size=2'];
  const child = spawn(process.execPath, [...limits, PROGRAM], { stdio: ['pipe', 'inherit', 'inherit'] });
  const slots = { seeds: join(world.folder, 'slots', 'seeds'), files: join(world.folder, 'slots', 'files') };
  const objects = join(world.folder, 'objects');
  child.stdin.end(JSON.stringify({ url: world.database.url, objects, slots, report }));
  const [code, signal] = await once(child, 'exit');
  return code ?? signal;
}

function line(lot: string, [serial, seed]: [string, Buffer], index: number): string {
  const sample = index % 10 === 0 ? `${otpOf(seed, TIME)},${TIME}` : ',';
  return `${lot},${serial},${index % 100 === 99 ? 'scrapped' : 'burned'},${sample}\n`;
}

test('a report of 200,000 lines is judged in a heap that could not hold its rows', async () => {
  const { lot } = await place(world, QUANTITY);
  await drain(workers);
  const lines = (await receive(world, lot)).map((token, index) => line(lot, token, index));
  const report = await sendPart(world, workers, lot, `lot,serial,result,otp,time\n${lines.join('')}`);
  expect(await judgeWithin(HEAP, report)).toBe(0);
  expect(await showReport(world.ledger, report)).toMatchObject({
    state: 'judged',
    burned: 198_000,
    scrapped: 2000,
    samples: 20_000,
  });
});
