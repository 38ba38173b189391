import { isSerializationFailure } from '@seedlot/database';
import { afterEach, beforeEach, test } from 'vitest';
import { expectClaimsTrue } from '../world/claims.ts';
import { expectNoLeftovers } from '../world/leftovers.ts';
import { expectLogPublished } from '../world/published-log.ts';
import { type Ports, plainPorts } from '../world/workers.ts';
import { cancel, createWorld, place, type World } from '../world/world.ts';
import {
  isDispatched,
  QUEUE_SCHEMA,
  runStages,
  type StageSettings,
  type StagesOnPostgres,
  untilPublished,
} from './running-stages.ts';
import { whileStoring } from './while-storing.ts';

const A_DAY = 86_400_000;

let world: World;
let stages: StagesOnPostgres;
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
  await untilPublished(world, lots, isDispatched);
  for (const lot of lots) await expectClaimsTrue(world, lot);
  await expectLogPublished(world);
  await expectNoLeftovers(world);
}

/** Whoever works with the queue at that moment may stand in the way: then the wipe is what the server ends, and tries again. */
async function wipe(how: 'dropped' | 'truncated'): Promise<void> {
  const { pool } = stages.queue;
  const { rows } = await pool.query<{ tables: string }>(
    `select string_agg(format('%I.%I', schemaname, tablename), ', ') as tables from pg_tables where schemaname = $1`,
    [QUEUE_SCHEMA],
  );
  const statement = {
    dropped: `drop schema if exists ${QUEUE_SCHEMA} cascade`,
    truncated: `truncate ${rows[0]?.tables} cascade`,
  };
  await pool.query(statement[how]).catch(fault => {
    if (!isSerializationFailure(fault)) throw fault;
    return wipe(how);
  });
}

test.each(['dropped', 'truncated'] as const)(
  'lots complete though the queue is %s in the middle',
  async how => {
    await start({ sweepEvery: 50, knocks: true }, ports => ({
      ...ports,
      objects: whileStoring(ports.objects, () => wipe(how)),
    }));
    const first = await place(world, 3, stages.api);
    await wipe(how);
    const second = await place(world, 3, stages.api);
    await expectDone([first.lot, second.lot]);
    await cancel(world, second.order);
    await wipe(how);
    await untilPublished(world, [second.lot], ({ seeds }) => seeds.shredded === 3);
  },
);

test('knocks alone bring lots to their files: none is swallowed, also not one during an active job', async () => {
  const during = Promise.withResolvers<string>();
  const orderMore = async () => {
    const { lot } = await place(world, 3, stages.api);
    during.resolve(lot);
    await untilPublished(world, [lot], ({ state }) => state === 'sealed');
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
