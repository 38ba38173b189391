import type { ObjectStore } from '@seedlot/object-store';
import { afterEach, beforeEach, test } from 'vitest';
import { expectClaimsTrue } from '../world/claims.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { expectLogPublished } from '../world/published-log.ts';
import { type Ports, plainPorts } from '../world/workers.ts';
import { cancel, createWorld, place, type World } from '../world/world.ts';
import {
  QUEUE_SCHEMA,
  type RunningStages,
  runStages,
  type StageSettings,
  untilPublished,
} from './running-stages.ts';

const A_DAY = 86_400_000;

let world: World;
let stages: RunningStages;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  await stages.stop();
  await world.end();
});

async function start(
  settings: StageSettings,
  change: (ports: Ports) => Ports = ports => ports,
): Promise<void> {
  stages = await runStages(change(plainPorts(world)), settings);
}

async function expectDone(lots: readonly string[]): Promise<void> {
  await untilPublished(world, lots, 'dispatched');
  for (const lot of lots) await expectClaimsTrue(world, lot);
  await expectLogPublished(world);
  await expectNoLeftovers(world);
}

/** Calls `first` once, in the middle of the first file's way into the store. */
function whileStoring(objects: ObjectStore, first: () => Promise<void>): ObjectStore {
  let isFirst = true;
  return {
    put: async (name, source, options) => {
      if (isFirst && name.startsWith('files/')) {
        isFirst = false;
        await first();
      }
      return objects.put(name, source, options);
    },
    read: (name, range) => objects.read(name, range),
    size: name => objects.size(name),
    delete: name => objects.delete(name),
    list: prefix => objects.list(prefix),
  };
}

const WIPES = {
  dropped: `drop schema ${QUEUE_SCHEMA} cascade`,
  truncated: `do $$ declare t text; begin
    for t in select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = '${QUEUE_SCHEMA}' loop
      execute 'truncate ' || t || ' cascade';
    end loop; end $$`,
};

test.each(['dropped', 'truncated'] as const)(
  'lots complete though the queue is %s in the middle',
  async how => {
    const wipe = async () => {
      await stages.queue.pool.query(WIPES[how]);
    };
    await start({ sweepEvery: 50, knocks: true }, ports => ({
      ...ports,
      objects: whileStoring(ports.objects, wipe),
    }));
    const first = await place(world, 3, stages.api);
    await wipe();
    const second = await place(world, 3, stages.api);
    await expectDone([first.lot, second.lot]);
    await cancel(world, second.order);
    await wipe();
    await untilPublished(world, [second.lot], 'cancelled');
  },
);

test('knocks alone bring lots to their files: none is swallowed, also not one during an active job', async () => {
  const during = Promise.withResolvers<string>();
  const orderMore = async () => {
    const { lot } = await place(world, 3, stages.api);
    during.resolve(lot);
    await untilPublished(world, [lot], 'sealed');
  };
  await start({ sweepEvery: A_DAY, knocks: true }, ports => ({
    ...ports,
    objects: whileStoring(ports.objects, orderMore),
  }));
  const first = await place(world, 3, stages.api);
  await expectDone([first.lot, await during.promise]);
});

test('sweeps alone bring lots to their files: every knock may be lost', async () => {
  await start({ sweepEvery: 30, knocks: false });
  const lots = [await place(world, 3), await place(world, 5000)];
  await expectDone(lots.map(({ lot }) => lot));
});
