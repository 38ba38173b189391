import { showLotReport, showReport } from '@seedlot/ledger';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drain, lookAround } from '../world/drain.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { expectLogPublished } from '../world/published-log.ts';
import { otpOf, receive, sendPart } from '../world/reports.ts';
import { type Ports, plainPorts, soundWorkers, type Workers, workersOn } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';
import { harmEveryCall } from './harm.ts';
import { harmedPorts } from './harmed-ports.ts';
import { MISHAPS, type Tripwire } from './tripwire.ts';

const TIME = 1_790_000_000;

let world: World;
let ports: Ports;
let sound: Workers;
let lot: string;
let tokens: [serial: string, seed: Buffer][];
let sent: number;
let report: string;
beforeEach(async () => {
  world = await createWorld();
  ports = plainPorts(world);
  sound = await soundWorkers(world);
  ({ lot } = await place(world, 1000));
  await drain(sound);
  tokens = await receive(world, lot);
  sent = 0;
  await newPart();
});
afterEach(() => world.end());

/** Two tokens: one burned, with a code that it has shown, and one scrapped. */
async function newPart(): Promise<void> {
  const [[burned, seed] = ['', Buffer.alloc(0)], [scrapped] = ['']] = tokens.slice(sent, sent + 2);
  const lines = [`${lot},${burned},burned,${otpOf(seed, TIME)},${TIME}`, `${lot},${scrapped},scrapped,,`];
  report = await sendPart(world, sound, lot, `lot,serial,result,otp,time\n${lines.join('\n')}\n`);
  sent += 2;
}

/** From the stored part to its verdict, by one process. */
async function live(wire: Tripwire): Promise<void> {
  const workers = workersOn(harmedPorts(ports, wire));
  await lookAround(workers.tracker.ledger, workers.report);
  await lookAround(workers.notary.ledger, workers.publish);
}

/** What others find: the part judged once, whatever the harmed process left, and its bytes gone. */
async function othersFinish(): Promise<void> {
  await letLeasesEnd(world);
  await drain(sound);
  await expectNoLeftovers(world);
  expect(await showReport(world.ledger, report)).toMatchObject({
    state: 'judged',
    burned: 1,
    scrapped: 1,
    samples: 1,
  });
  expect(await showLotReport(world.ledger, lot)).toMatchObject({ burned: sent / 2, scrapped: sent / 2 });
  expect(await Array.fromAsync(world.objects.list('reports/'))).toEqual([]);
  await newPart();
}

test.each(MISHAPS)(
  'a tracker that is harmed (%s) at any call leaves a part that others judge, once',
  async mishap => {
    const harmed = await harmEveryCall(mishap, live, othersFinish);
    expect(harmed).toBeGreaterThan(10);
    await drain(sound);
    await expectLogPublished(world);
  },
  180_000,
);
