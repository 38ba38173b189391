import { setTimeout as pause } from 'node:timers/promises';
import { showLot } from '@seedlot/ledger';
import { ObjectStoreError } from '@seedlot/object-store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectClaimsTrue } from '../world/claims.ts';
import { letLeasesEnd } from '../world/leases.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { storeWith } from '../world/store-with.ts';
import { plainPorts } from '../world/workers.ts';
import { createWorld, place, type World } from '../world/world.ts';
import { isDispatched, type RunningStages, runStages, untilPublished } from './running-stages.ts';

let world: World;
let stages: RunningStages;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  await stages.stop();
  await world.end();
});

test('a store that fails longer than a job has attempts stops the lot until it heals, not for ever', async () => {
  const jobGivesUp = Promise.withResolvers<void>();
  let failures = 0;
  let isBroken = true;
  const { objects, ...ports } = plainPorts(world);
  const broken = storeWith(objects, {
    put: async (name, source, options) => {
      if (!isBroken || !name.startsWith('files/')) return objects.put(name, source, options);
      if (++failures === 3) jobGivesUp.resolve();
      throw new ObjectStoreError('store_unreachable', 'the cable is out');
    },
  });
  stages = await runStages({ ...ports, objects: broken }, { sweepEvery: 50, knocks: true });
  const { lot } = await place(world, 3, stages.api);
  await jobGivesUp.promise;
  await untilFailures(lot, 3);
  expect(await showLot(world.ledger, lot)).toMatchObject({
    state: 'sealed',
    failure: { step: 'dispatch', code: 'store_unreachable' },
  });
  isBroken = false;
  await letLeasesEnd(world);
  await untilPublished(world, [lot], isDispatched);
  expect((await showLot(world.ledger, lot)).failure).toBeNull();
  await expectClaimsTrue(world, lot);
  await expectNoLeftovers(world);
});

async function untilFailures(lot: string, attempts: number): Promise<void> {
  while (((await showLot(world.ledger, lot)).failure?.attempts ?? 0) < attempts) await pause(20);
}
