import { showStatus } from '@seedlot/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainPorts } from '../world/workers.ts';
import { createWorld, type World } from '../world/world.ts';
import { type RunningStages, runStages } from './running-stages.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.end());

async function start(): Promise<RunningStages> {
  return runStages(plainPorts(world), { sweepEvery: 20, knocks: false });
}

async function services(): Promise<string[]> {
  return (await showStatus(world.ledger)).workers.map(({ service }) => service);
}

test('the workers of two processes are seen while they run, and leave no trace of their own', async () => {
  const first = await start();
  const alone = await services();
  expect(alone).toEqual(
    expect.arrayContaining([
      'customer-exporter',
      'factory-dispatcher',
      'notary',
      'seed-generator',
      'shredder',
    ]),
  );
  const second = await start();
  expect(await services()).toHaveLength(2 * alone.length);
  await first.stop();
  expect(await services()).toEqual(alone);
  await second.stop();
  expect(await services()).toEqual([]);
});
