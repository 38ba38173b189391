import { setTimeout as pause } from 'node:timers/promises';
import { startCustomerExporter } from '@seedlot/customer-exporter';
import { createEmptyDatabase, type TestDatabase } from '@seedlot/database/testing';
import { startFactoryDispatcher } from '@seedlot/factory-dispatcher';
import { type Ledger, type LotView, showLot } from '@seedlot/ledger';
import { startNotary } from '@seedlot/notary';
import { createDoorbell, createPostgresBackend, type Doorbell, type QueueBackend } from '@seedlot/queue';
import { startSeedGenerator } from '@seedlot/seed-generator';
import { createLogger } from '@seedlot/service-kit';
import { startShredder } from '@seedlot/shredder';
import { bellOf } from '@seedlot/stage';
import { type Ports, workersOn } from '../world/workers.ts';
import type { World } from '../world/world.ts';

/** All stages for real. */
export interface RunningStages {
  /** Of the API, its knocks delivered. */
  readonly api: Ledger;
  readonly doorbell: Doorbell;
  stop(): Promise<void>;
}

/** On a queue of their own in PostgreSQL. */
export interface StagesOnPostgres extends RunningStages {
  /** Where the queue lives, and may be emptied. */
  readonly queue: TestDatabase;
}

export interface StageSettings {
  /** Milliseconds; a test that leaves it long proves something about knocks. */
  readonly sweepEvery: number;
  /** Whether knocks of the ledger are delivered. */
  readonly knocks: boolean;
}

export const QUEUE_SCHEMA = 'queue';

const log = createLogger({ service: 'test', level: 'silent' });

export async function runStages(ports: Ports, settings: StageSettings): Promise<StagesOnPostgres> {
  const database = await createEmptyDatabase();
  const queue = await createPostgresBackend({ url: database.url, schema: QUEUE_SCHEMA, report: () => {} });
  const stages = await runStagesOn(queue, ports, settings);
  const stop = async () => {
    await stages.stop();
    await database.drop();
  };
  return { ...stages, queue: database, stop };
}

/** Takes the queue over: stopping ends it too. */
export async function runStagesOn(
  queue: QueueBackend,
  ports: Ports,
  { sweepEvery, knocks }: StageSettings,
): Promise<RunningStages> {
  const doorbell = createDoorbell(queue);
  const workers = workersOn({ ...ports, doorbell: knocks ? bellOf(doorbell) : ports.doorbell });
  const holder = workers.generator.holder;
  const stage = { queue, doorbell, log, holder, sweepEvery, concurrency: 2 };
  const stages = await Promise.all([
    startShredder({ ...stage, ...workers.shredder }, new AbortController().signal),
    startNotary({ ...stage, ...workers.notary }),
    startSeedGenerator({ ...stage, ...workers.generator }),
    startFactoryDispatcher({ ...stage, ...workers.dispatcher }),
    startCustomerExporter({ ...stage, ...workers.exporter }),
  ]);
  const stop = async () => {
    await Promise.all(stages.map(running => running.stop()));
    await queue.close();
  };
  return { api: workers.api, doorbell, stop };
}

/** Looks until every lot is as wanted, with all of its records published; the test's time limit ends a wait in vain. */
export async function untilPublished(
  world: World,
  lots: readonly string[],
  wanted: (lot: LotView) => boolean,
): Promise<void> {
  for (;;) {
    const views = await Promise.all(lots.map(lot => showLot(world.ledger, lot)));
    const { rows } = await world.database.pool.query(
      'select from records where lot_id = any($1) and published_at is null',
      [lots],
    );
    if (rows.length === 0 && views.every(wanted)) return;
    await pause(20);
  }
}

export const isDispatched = ({ state }: LotView) => state === 'dispatched';
